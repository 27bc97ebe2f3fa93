import { type Dispatcher, EnvHttpProxyAgent } from "undici";
import { ConfigError } from "../errors.ts";

export type { Dispatcher };

/** The variables every HTTP client obeys; lower case wins, as curl has it. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/** The value itself is not told: a proxy's URL may hold a password. */
function proxyUrl(env: ProxyEnvironment, name: "http_proxy" | "https_proxy"): string {
  const variable = env[name] === undefined ? name.toUpperCase() : name;
  const value = env[variable] ?? "";
  const { protocol } = URL.canParse(value) ? new URL(value) : { protocol: "" };
  if (value === "" || protocol === "http:" || protocol === "https:") return value;
  throw new ConfigError([
    `${variable}: its value is not the URL of a proxy; write it like http://proxy.example:3128, or unset it`,
  ]);
}

/**
 * Connections to the API. Node's own fetch ignores the proxy variables; this agent obeys them.
 * @throws ConfigError when one of them is no URL
 */
export function createDispatcher(env: ProxyEnvironment): Dispatcher {
  return new EnvHttpProxyAgent({
    httpProxy: proxyUrl(env, "http_proxy"),
    httpsProxy: proxyUrl(env, "https_proxy"),
    noProxy: env["no_proxy"] ?? env["NO_PROXY"] ?? "",
    // The request's own deadline rules; these would cut a longer one short at five minutes.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
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
