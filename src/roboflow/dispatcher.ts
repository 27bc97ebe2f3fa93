import { setMaxListeners } from "node:events";
import type { Readable } from "node:stream";
import { Agent, buildConnector } from "undici";
import { connectError } from "./connection-errors.ts";
import { type ProxyChoice, type ProxyEnvironment, hostPort, readProxyVariables } from "./proxy.ts";
import { openTunnel } from "./tunnel.ts";

export type { ProxyEnvironment };

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
