import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { type Socket, isIP } from "node:net";
import type { ApiError } from "../errors.ts";
import { proxyConnectError, tunnelRefused } from "./connection-errors.ts";
import type { Proxy } from "./proxy.ts";

const CONNECT_TIMEOUT_MS = 10_000;

/** Thrown into a request to a proxy that takes too long. */
const TOO_LONG = Object.assign(new Error("no tunnel in time"), { code: "ETIMEDOUT" });

/**
 * Asks a proxy for a tunnel.
 * @param target `host:port` at the tunnel's other end
 * @param closing ends the attempt
 * @throws ApiError that names the proxy
 */
export function openTunnel(proxy: Proxy, target: string, closing: AbortSignal): Promise<Socket> {
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
