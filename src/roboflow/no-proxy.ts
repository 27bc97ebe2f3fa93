import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

/** Where a connection leads: a name or an address without brackets, and a port. */
export interface Destination {
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

/** What a list of `NO_PROXY` says: whether a destination is reached without the proxy, and the entries that say nothing. */
export interface NoProxy {
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
