import { setMaxListeners } from "node:events";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { type Socket, isIP } from "node:net";
import type { Readable } from "node:stream";
import { Agent, buildConnector } from "undici";
import type { ApiError } from "../errors.ts";
import { proxyConnectError, tunnelRefused, connectError } from "./connection-errors.ts";
import { type Proxy, type ProxyChoice, type ProxyEnvironment, hostPort, readProxyVariables } from "./proxy.ts";

/** An answer of which the headers have come. Its body is compressed as it was sent, and has to be read or destroyed. */
export interface Response {
  readonly statusCode: number;
  /** A header by its name in lower case; several of one name are a list. */
  readonly header: (name: string) => string | undefined;
  readonly body: Readable;
}

/** Connections to the API, direct or through a proxy. */
export interface Dispatcher {
  /** Asks once, of any port; redirects are answers like others. */
  readonly get: (url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Response>;
  /** Ends all connections and those that are being made. */
  readonly destroy: () => Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Thrown into a request to a proxy that takes too long. */
const TOO_LONG = Object.assign(new Error("no tunnel in time"), { code: "ETIMEDOUT" });

/**
 * Asks a proxy for a tunnel.
 * @param target `host:port` at the tunnel's other end
 * @param closing ends the attempt
 * @throws ApiError that names the proxy
 */
function openTunnel(proxy: Proxy, target: string, closing: AbortSignal): Promise<Socket> {
  const credentials = proxy.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization };
  const request = (proxy.isSecure ? requestHttps : requestHttp)({
    ...{ method: "CONNECT", host: proxy.hostname, port: proxy.port, path: target, agent: false, signal: closing },
    ...(isIP(proxy.hostname) === 0 ? { servername: proxy.hostname } : {}),
    headers: { host: target, connection: "keep-alive", "proxy-connection": "keep-alive", ...credentials },
  });
  const timer = setTimeout(() => request.destroy(TOO_LONG), CONNECT_TIMEOUT_MS);
  return new Promise<Socket>((resolve, reject: (error: ApiError) => void) => {
    request.once("connect", ({ statusCode = 0 }, socket: Socket, head) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.on("error", () => undefined).destroy();
      reject(tunnelRefused(proxy, statusCode, target));
    });
    request.on("error", (error) => {
      reject(proxyConnectError(proxy, error));
    });
    request.end();
  }).finally(() => {
    clearTimeout(timer);
  });
}

/** Makes connections on whichever way leads to the destination. */
function createConnector(proxyFor: ProxyChoice, closing: AbortSignal): buildConnector.connector {
  // The types ask for a port, but each connection brings its own.
  const connect = buildConnector({ port: 0, signal: closing });
  return (options, callback) => {
    const { protocol, hostname } = options;
    const destination = { hostname, port: Number(options.port || (protocol === "https:" ? 443 : 80)) };
    const peer = hostPort(destination);
    const settle: buildConnector.Callback = (...[error, socket]) => {
      if (error) callback(connectError(peer, error), null);
      else callback(null, socket);
    };
    const proxy = proxyFor(protocol, destination);
    if (!proxy) {
      connect(options, settle);
      return;
    }
    openTunnel(proxy, peer, closing).then(
      (httpSocket) => {
        if (protocol === "https:") connect({ ...options, httpSocket }, settle);
        else callback(null, httpSocket);
      },
      (error: unknown) => {
        callback(connectError(peer, error), null);
      },
    );
  };
}

/**
 * Connections that obey the proxy variables.
 * @throws ConfigError when one of them cannot be used
 */
export function createDispatcher(env: ProxyEnvironment): Dispatcher {
  const closing = new AbortController();
  // One listener for each connection.
  setMaxListeners(0, closing.signal);
  const connect = createConnector(readProxyVariables(env), closing.signal);
  // The request's own deadline rules; undici's would cut a longer one short at five minutes.
  const agent = new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 });
  return {
    get: async ({ origin, pathname, search }, headers, signal) => {
      const path = `${pathname}${search}`;
      const { statusCode, headers: sent, body } = await agent.request({ origin, path, method: "GET", headers, signal });
      return { statusCode, body, header: (name) => [sent[name] ?? []].flat().join(", ") || undefined };
    },
    destroy: async () => {
      await agent.destroy();
      closing.abort();
    },
  };
}

/**
 * Does work that needs connections to the API, and ends them with it.
 * @throws ConfigError as {@link createDispatcher} does, and what the work throws
 */
export async function withDispatcher<T>(
  env: ProxyEnvironment,
  work: (dispatcher: Dispatcher) => Promise<T>,
): Promise<T> {
  const dispatcher = createDispatcher(env);
  try {
    return await work(dispatcher);
  } finally {
    await dispatcher.destroy();
  }
}
