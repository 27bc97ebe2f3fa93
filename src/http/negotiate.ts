import type { Request } from "express";
import type { Format } from "../self/registry.ts";

/** What we can answer with, the fallback first. */
const OFFERED: ReadonlyMap<string, Format> = new Map([
  ["text/plain; version=0.0.4", "text"],
  ["text/plain", "text"],
  ["application/openmetrics-text; version=1.0.0", "openmetrics"],
  ["application/openmetrics-text", "openmetrics"],
]);

/**
 * The exposition format a scraper prefers. Whatever it asks for there is an answer: text 0.0.4, never a 406.
 * Source: Prometheus' content negotiation guide
 */
export function negotiateFormat(request: Request): Format {
  const { accept } = request.headers;
  // Parameters that do not choose a format, but would keep its name from matching. `escaping` is Prometheus 3's.
  if (accept !== undefined) request.headers.accept = accept.replaceAll(/;\s*(?:escaping|charset)=[^;,]*/gi, "");
  const best = request.accepts([...OFFERED.keys()]);
  return OFFERED.get(best === false ? "" : best) ?? "text";
}

/** Whether the client takes gzip. One that takes nothing we have gets the plain bytes. */
export function acceptsGzip(request: Request): boolean {
  return request.acceptsEncodings("gzip", "identity") === "gzip";
}
