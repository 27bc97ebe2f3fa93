import { type RequestListener, type Server, createServer } from "node:http";
import type { ListenAddress } from "../config/config.ts";
import { ConfigError } from "../errors.ts";

/** How long requests in flight may take to end once the server stops. */
const GRACE_MS = 5_000;
const MAX_CONNECTIONS = 1_000;

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

function createBoundedServer(listener: RequestListener): Server {
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 120_000, maxHeaderSize: 16_384 };
  const server = createServer(limits, listener);
  // Node leaves a connection open that falls idle after the server was closed: it would be waited for in vain.
  server.on("request", (_request, response) => {
    response.once("close", () => {
      setImmediate(() => {
        if (!server.listening) server.closeIdleConnections();
      });
    });
  });
  // A scraper that stops reading is cut off, so that it cannot hold a response for ever.
  server.setTimeout(60_000);
  server.maxConnections = MAX_CONNECTIONS;
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
export function listen(listener: RequestListener, { host, port }: ListenAddress): Promise<RunningServer> {
  const server = createBoundedServer(listener);
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      reject(listenProblem(`${host ?? ""}:${port}`, error));
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      resolve({ url: localUrl(server, host), close: () => close(server) });
    });
  });
}
