import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { ConfigError } from "../errors.ts";

/** Where a connection leads: a name or an address without brackets, and a port. */
interface Destination {
  readonly hostname: string;
  readonly port: number;
}

/** Whether an entry of the list names a destination. */
type Entry = (destination: Destination) => boolean;

function addressFamily(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}

/** A network, `10.0.0.0/8` or `fd00::/8`. It names addresses; a name is not looked up for it. */
function networkEntry(address: string, bits: number): Entry | undefined {
  if (isIP(address) === 0 || bits > (isIPv4(address) ? 32 : 128)) return undefined;
  const network = new BlockList();
  network.addSubnet(address, bits, addressFamily(address));
  return ({ hostname }) => isIP(hostname) !== 0 && network.check(hostname, addressFamily(hostname));
}

function asciiName(part: string): string {
  return /^[\w.-]*$/.test(part) ? part.toLowerCase() : domainToASCII(part);
}

/** A name and all below it, where `*` stands for any text; or the beginning of an address, `10.*`. */
function nameEntry(written: string): Entry | undefined {
  const name = written.replace(/^\*?\.(?=.)/, "").replace(/(?<=.)\.$/, "");
  // What ends like an address but is not one names nothing: `10.0.0`, `10.`.
  if (!/^[\p{L}\p{N}_.*-]+$/u.test(name) || /^[\d.]+$/.test(name) || /^[*.]+$/.test(name)) return undefined;
  const pattern = name
    .split("*")
    .map((part) => asciiName(part).replaceAll(".", "\\."))
    .join(".*");
  const whole = new RegExp(`${/^[\d.]+\*/.test(name) ? "^" : "(?:^|\\.)"}${pattern}$`);
  return ({ hostname }) => whole.test(hostname.toLowerCase().replace(/\.$/, ""));
}

function hostEntry(host: string): Entry | undefined {
  const [address = "", bits, ...rest] = host.split("/");
  if (bits !== undefined)
    return /^\d{1,3}$/.test(bits) && rest.length === 0 ? networkEntry(address, Number(bits)) : undefined;
  if (isIP(host) !== 0) return networkEntry(host, isIPv4(host) ? 32 : 128);
  return nameEntry(host);
}

function isPort(port: number): boolean {
  return port > 0 && port < 65_536;
}

/** With its port, if it has one: `name:8080`, `[::1]:8080`. A bare `::1` has none. */
function splitPort(entry: string): { readonly host: string; readonly port?: number } | undefined {
  if (isIPv6(entry.replace(/\/\d+$/, ""))) return { host: entry };
  const [, bracketed, bare = "", network = "", port] =
    /^(?:\[(.*)\]|([^:[\]]+))(\/\d+)?(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const host = bracketed ?? bare;
  if (port !== undefined && !isPort(Number(port))) return undefined;
  if (host === "" || (bracketed !== undefined && !isIPv6(bracketed.replace(/\/\d+$/, "")))) return undefined;
  return { host: `${host}${network}`, ...(port === undefined ? {} : { port: Number(port) }) };
}

function readEntry(entry: string): Entry | undefined {
  if (entry === "*") return () => true;
  const split = splitPort(entry);
  const names = split && hostEntry(split.host);
  if (!names || split.port === undefined) return names;
  return (destination) => destination.port === split.port && names(destination);
}

/** What a list of `NO_PROXY` means: whether a destination is reached without the proxy, and the entries that mean nothing. */
interface NoProxy {
  readonly names: (destination: Destination) => boolean;
  readonly unknown: readonly string[];
}

/**
 * Reads a list of `NO_PROXY`: names (all below them too), addresses, networks, each with a port or without, and `*`,
 * separated by commas or spaces.
 */
export function readNoProxy(list: string): NoProxy {
  const written = list.split(/[,\s]+/).filter((entry) => entry !== "");
  const entries = written.map((text) => ({ text, names: readEntry(text) }));
  return {
    names: (destination) => entries.some(({ names }) => names?.(destination)),
    unknown: entries.filter(({ names }) => names === undefined).map(({ text }) => text),
  };
}

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
