import { type RequestListener, type Server, createServer } from "node:http";
import type { ListenAddress } from "../config/config.ts";
import { ConfigError } from "../errors.ts";

/** How long requests in flight may take to end once the server stops. */
const GRACE_MS = 5_000;

/** What a client may take of the server. Milliseconds and bytes. */
export interface ServerLimits {
  /** From the connection's begin, or a further request's first byte, to the end of the headers. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often the two above are looked at: so much later they may end. */
  readonly checkMs: number;
  readonly keepAliveMs: number;
  /** A client that reads nothing for so long is cut off, so that it cannot hold a response for ever. */
  readonly stalledMs: number;
  readonly headerBytes: number;
  readonly connections: number;
}

const LIMITS: ServerLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 5_000,
  keepAliveMs: 120_000,
  stalledMs: 60_000,
  headerBytes: 16_384,
  connections: 1_000,
};

/** A listening server. */
export interface RunningServer {
  /** Base URL that reaches it from this machine. */
  readonly url: string;
  /** Takes no more connections, lets running requests end, cuts them after 5 s. */
  readonly close: () => Promise<void>;
}

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the address is already in use; stop the other program or choose another port",
  EACCES: "not allowed; choose a port above 1023",
  EADDRNOTAVAIL: "this machine has no such address",
};

/** What to tell the user of an address that cannot be listened on. */
export function listenProblem(label: string, error: Error): ConfigError {
  const code: unknown = Reflect.get(error, "code");
  const problem = (typeof code === "string" ? LISTEN_PROBLEMS[code] : undefined) ?? error.message;
  return new ConfigError([`--web.listen-address: ${JSON.stringify(label)} cannot be listened on: ${problem}`]);
}

function createBoundedServer(listener: RequestListener, limits: ServerLimits): Server {
  const options = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.headerBytes,
  };
  const server = createServer(options, listener);
  // Node leaves a connection open that falls idle after the server was closed: it would be waited for in vain.
  server.on("request", (_request, response) => {
    response.once("close", () => {
      setImmediate(() => {
        if (!server.listening) server.closeIdleConnections();
      });
    });
  });
  server.setTimeout(limits.stalledMs);
  server.maxConnections = limits.connections;
  return server;
}

function localUrl(server: Server, host: string | undefined): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const isAny = host === undefined || host === "0.0.0.0" || host === "::";
  const name = isAny ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, GRACE_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/**
 * Listens on one address.
 * @throws ConfigError when the address cannot be listened on
 */
export function listen(
  listener: RequestListener,
  { host, port }: ListenAddress,
  limits: ServerLimits = LIMITS,
): Promise<RunningServer> {
  const server = createBoundedServer(listener, limits);
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      reject(listenProblem(`${host ?? ""}:${port}`, error));
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      resolve({ url: localUrl(server, host), close: () => close(server) });
    });
  });
}
