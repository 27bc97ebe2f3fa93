import type { IncomingHttpHeaders } from "node:http";
import Negotiator from "negotiator";
import type { Format } from "../self/registry.ts";

/** What we can respond with, the fallback first. */
const OFFERED: ReadonlyMap<string, Format> = new Map([
  ["text/plain; version=0.0.4", "text"],
  ["text/plain", "text"],
  ["application/openmetrics-text; version=1.0.0", "openmetrics"],
  ["application/openmetrics-text", "openmetrics"],
]);

/** Parameters that do not choose a format, but would keep its name from matching. `escaping` is Prometheus 3's. */
const MEANINGLESS = /;\s*(?:escaping|charset)=[^;,]*/gi;

/**
 * The exposition format a scraper prefers. Whatever it asks for there is a response: text 0.0.4, never a 406.
 * Source: Prometheus' content negotiation guide
 */
function preferredFormat(accept: string): Format {
  const negotiator = new Negotiator({ headers: { accept: accept.replaceAll(MEANINGLESS, "") } });
  const [best = ""] = accept === "" ? [] : negotiator.mediaTypes([...OFFERED.keys()]);
  return OFFERED.get(best) ?? "text";
}

/** Whether a client takes gzip. One that takes nothing we have gets the plain bytes. */
function prefersGzip(acceptEncoding: string): boolean {
  const negotiator = new Negotiator({ headers: { "accept-encoding": acceptEncoding } });
  return negotiator.encodings(["gzip", "identity"])[0] === "gzip";
}

/** How many headers are remembered, and of which length. A scraper always sends the same. */
const REMEMBERED = { headers: 64, length: 1_024 };

/** Remembers what follows from a header: to read it costs more than a small response. */
function remembering<T>(read: (header: string) => T): (header: string) => T {
  const known = new Map<string, T>();
  return (header) => {
    const found = known.get(header);
    if (found !== undefined) return found;
    const value = read(header);
    if (known.size >= REMEMBERED.headers) known.clear();
    if (header.length <= REMEMBERED.length) known.set(header, value);
    return value;
  };
}

/** What a scraper gets. */
export interface Preference {
  readonly format: Format;
  readonly isGzip: boolean;
}

/** Makes what finds out which of our representations a scraper prefers, from the headers of its request. */
export function createNegotiation(): (headers: IncomingHttpHeaders) => Preference {
  const [formatOf, isGzipOf] = [remembering(preferredFormat), remembering(prefersGzip)];
  return ({ accept = "", "accept-encoding": encoding = "" }) => ({
    format: formatOf(accept),
    isGzip: isGzipOf(encoding),
  });
}
