import { type Dispatcher, EnvHttpProxyAgent } from "undici";

export type { Dispatcher };

/** The variables every HTTP client obeys; lower case wins, as curl has it. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/** Connections to the API. Node's own fetch ignores the proxy variables; this agent obeys them. */
export function createDispatcher(env: ProxyEnvironment): Dispatcher {
  return new EnvHttpProxyAgent({
    httpProxy: env["http_proxy"] ?? env["HTTP_PROXY"] ?? "",
    httpsProxy: env["https_proxy"] ?? env["HTTPS_PROXY"] ?? "",
    noProxy: env["no_proxy"] ?? env["NO_PROXY"] ?? "",
    // The request's own deadline rules; these would cut a longer one short at five minutes.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
