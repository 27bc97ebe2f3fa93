import { type RequestListener, type Server, createServer } from "node:http";
import type { Socket } from "node:net";
import type { ListenAddress } from "../config/config.ts";
import { ConfigError } from "../errors.ts";
import { type ConnectionLimits, Connections } from "./connections.ts";
import { type TlsTerms, createTlsFront } from "./tls-front.ts";

/** What clients may take of the server. Milliseconds and bytes. */
export interface ServerLimits extends ConnectionLimits {
  /** From the connection's begin, or a further request's first byte, to the end of the headers. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often the two above are looked at: so much later they may end. */
  readonly checkMs: number;
  readonly keepAliveMs: number;
  readonly headerBytes: number;
  /** How long responses may go on once the server stops. */
  readonly graceMs: number;
}

/** The limits of the program's server. Documented in docs/configuration.md. */
export const SERVER_LIMITS: ServerLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 5_000,
  keepAliveMs: 120_000,
  responseMs: 30_000,
  longestResponseMs: 60_000,
  lingerMs: 500,
  // Less than the ten seconds that docker waits before it kills.
  graceMs: 8_000,
  headerBytes: 16_384,
  connections: 1_000,
  connectionsPerAddress: 250,
  waiting: 32,
};

/** A listening server. */
export interface RunningServer {
  /** Base URL that reaches it from this machine. */
  readonly url: string;
  /** Takes no more connections, lets the responses that were begun end, and cuts them after a grace. */
  readonly close: () => Promise<void>;
}

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the address is already in use; stop the other program or choose another port",
  EACCES: "not allowed; choose a port above 1023",
  EADDRNOTAVAIL: "this machine has no such address",
};

/** What to say to the user of an address that cannot be listened on. */
export function listenProblem(label: string, error: Error): ConfigError {
  const code: unknown = Reflect.get(error, "code");
  const problem = (typeof code === "string" ? LISTEN_PROBLEMS[code] : undefined) ?? error.message;
  return new ConfigError([`--web.listen-address: ${JSON.stringify(label)} cannot be listened on: ${problem}`]);
}

/** What a server does with what comes. */
export interface ServerOptions {
  readonly limits?: ServerLimits;
  /** How new connections are encrypted, of this moment; undefined, or not given: they are not. */
  readonly tls?: () => TlsTerms | undefined;
}

/** Connections are not handed to Node's HTTP at once, but when they are admitted and, with TLS, encrypted. */
function admitInTurn(server: Server, connections: Connections, { tls, limits }: Required<ServerOptions>): void {
  const serveHttp = server.listeners("connection");
  const serve = (socket: Socket): void => {
    for (const listener of serveHttp) Reflect.apply(listener, server, [socket]);
  };
  const encrypts = createTlsFront(tls, {
    timeoutMs: limits.headersMs,
    onDone: (socket) => {
      if (connections.encrypted(socket)) serve(socket);
      else socket.destroy();
    },
  });
  server.removeAllListeners("connection").on("connection", (socket: Socket) => {
    if (connections.admit(socket) && !encrypts(socket)) serve(socket);
  });
}

function createBoundedServer(listener: RequestListener, options: Required<ServerOptions>): Server {
  const { limits } = options;
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.headerBytes,
  });
  const connections = new Connections(listener, limits);
  const { take, refuseTunnel, drain } = connections;
  admitInTurn(server, connections, options);
  server.on("request", take).on("connect", refuseTunnel);
  // A body is of no use here, so none is asked for: the answer comes instead.
  server.on("checkContinue", take);
  // What `close` calls. Node's own takes a response for over that is written, but not sent yet.
  server.closeIdleConnections = drain;
  return server;
}

function localUrl(server: Server, host: string | undefined, isEncrypted: boolean): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const isAny = host === undefined || host === "0.0.0.0" || host === "::";
  const name = isAny ? "127.0.0.1" : host;
  return `http${isEncrypted ? "s" : ""}://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

const NO_TLS = () => undefined;

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}

/**
 * Listens on one address.
 * @throws ConfigError when the address cannot be listened on
 */
export function listen(
  listener: RequestListener,
  { host, port }: ListenAddress,
  { limits = SERVER_LIMITS, tls = NO_TLS }: ServerOptions = {},
): Promise<RunningServer> {
  const server = createBoundedServer(listener, { limits, tls });
  return new Promise((resolve, reject) => {
    // Later ones, of a connection that could not be accepted, change nothing, and must not end the program.
    server.on("error", (error) => {
      reject(listenProblem(`${host ?? ""}:${port}`, error));
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      resolve({ url: localUrl(server, host, tls() !== undefined), close: () => close(server, limits.graceMs) });
    });
  });
}
