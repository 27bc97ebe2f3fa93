import { isIPv6 } from "node:net";
import { ConfigError } from "../errors.ts";
import { type Destination, type NoProxy, readNoProxy } from "./no-proxy.ts";

/** The variables every HTTP client obeys; lower case wins, as curl has it. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/** A proxy that tunnels. */
export interface Proxy extends Destination {
  readonly isSecure: boolean;
  /** Of the header `proxy-authorization`. */
  readonly authorization: string | undefined;
  /** The variable that names it, for messages. */
  readonly variable: string;
}

/** The proxy on the way to a destination; undefined when the way is direct. */
export type ProxyChoice = (protocol: string, destination: Destination) => Proxy | undefined;

const EXAMPLE = "http://proxy.example:3128";

/** `host:port`, with brackets around an IPv6 address. */
export function hostPort({ hostname, port }: Destination): string {
  return `${isIPv6(hostname) ? `[${hostname}]` : hostname}:${port}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A password with a bare percent sign.
    return text;
  }
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64")}`;
}

/** Half a password may stand where a host should: after an unescaped `#` or `/` in it, the rest is not the host's. */
function isProxyUrl({ protocol, pathname, search, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && !`${pathname}${search}${hash}`.includes("@");
}

/** The value itself is not shown: a proxy's URL may hold a password. */
function readProxy(variable: string, value: string): Proxy {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (/^socks/i.test(value)) {
    const remedy = `unset it, or give an HTTP proxy like ${EXAMPLE}`;
    throw new ConfigError([`${variable}: its value is a SOCKS proxy, which the exporter cannot use; ${remedy}`]);
  }
  if (!url || !isProxyUrl(url)) {
    const remedy = `write it like ${EXAMPLE}, or unset it`;
    throw new ConfigError([`${variable}: its value is not the URL of a proxy; ${remedy}`]);
  }
  const isSecure = url.protocol === "https:";
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { hostname, port, isSecure, variable, authorization: authorizationOf(url) };
}

/** The first of the variables that is set to something. An empty one in lower case hides the one in upper case. */
function proxyOf(env: ProxyEnvironment, names: readonly string[]): Proxy | undefined {
  for (const name of names) {
    const variable = env[name] === undefined ? name.toUpperCase() : name;
    const value = env[variable]?.trim() ?? "";
    if (value !== "") return readProxy(variable, value);
  }
  return undefined;
}

function noProxyOf(env: ProxyEnvironment): NoProxy {
  const variable = env["no_proxy"] === undefined ? "NO_PROXY" : "no_proxy";
  const list = readNoProxy(env[variable] ?? "");
  if (list.unknown.length === 0) return list;
  const remedy = "give names, addresses or networks, like example.com,.internal,10.0.0.0/8,[::1]:8080";
  throw new ConfigError(
    list.unknown.map((entry) => `${variable}: ${JSON.stringify(entry)} is not understood; ${remedy}`),
  );
}

/**
 * Reads the proxy variables: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. An HTTPS address without a proxy
 * of its own takes the one for HTTP.
 * @throws ConfigError when one of them cannot be used
 */
export function readProxyVariables(env: ProxyEnvironment): ProxyChoice {
  const http = proxyOf(env, ["http_proxy", "all_proxy"]);
  const https = proxyOf(env, ["https_proxy", "all_proxy", "http_proxy"]);
  if (!http && !https) return () => undefined;
  const direct = noProxyOf(env);
  return (protocol, destination) => {
    const proxy = protocol === "https:" ? https : http;
    return direct.names(destination) ? undefined : proxy;
  };
}
