import type { Request, Response } from "express";
import { crc32, deflateRawSync } from "node:zlib";
import type { Clock, Moment } from "../clock.ts";
import type { Chunk } from "../exposition/chunk.ts";
import type { Snapshot } from "../exposition/snapshot.ts";
import type { SelfMetrics } from "../self/recorder.ts";
import { CONTENT_TYPES, type Format } from "../self/registry.ts";

/** Magic, deflate, no flags, no time, unknown system. Source: RFC 1952, section 2.3 */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** What ends a response, mostly the exporter's own metrics: plain, and as final deflate blocks. */
export interface Tail {
  readonly identity: Buffer;
  readonly deflated: Buffer;
}

/** Compresses the small part. Fast rather than small: it is a few kilobytes. */
export function createTail(text: string): Tail {
  const identity = Buffer.from(text);
  return { identity, deflated: deflateRawSync(identity, { level: 1 }) };
}

/**
 * One valid gzip member of a body that was compressed once and a tail compressed now. Two members would be as valid,
 * but `curl --compressed` reads only the first.
 */
export function gzipMember(body: Chunk, tail: Tail): Buffer[] {
  const trailer = Buffer.alloc(8);
  // Of no bytes zlib gives 0, whatever went before them.
  trailer.writeUInt32LE(tail.identity.length === 0 ? body.crc : crc32(tail.identity, body.crc), 0);
  trailer.writeUInt32LE((body.length + tail.identity.length) % 2 ** 32, 4);
  return [HEADER, ...body.deflated, tail.deflated, trailer];
}

/** `process_*` and `nodejs_*` are samples of the system; to take them more often than this shows nothing more. */
const MAX_AGE_MS = 1_000;

interface Rendering {
  readonly revision: number;
  readonly started: Moment;
  readonly tail: Promise<Tail>;
}

/**
 * The end of a response in one format. Rendered again when one of our counters has moved or a second has passed, so that
 * a crowd of scrapes costs no more than one.
 */
function createTailCache(format: Format, selfMetrics: SelfMetrics, clock: Clock): () => Promise<Tail> {
  let latest: Rendering | undefined;
  return () => {
    const [revision, now] = [selfMetrics.revision(), clock.moment()];
    const isCurrent = latest?.revision === revision && now.msSince(latest.started) < MAX_AGE_MS;
    if (!latest || !isCurrent) latest = { revision, started: now, tail: selfMetrics.render(format).then(createTail) };
    return latest.tail;
  };
}

export interface MetricsRouteDeps {
  /** What the polls have published. */
  readonly currentBody: () => Promise<Snapshot>;
  readonly selfMetrics: SelfMetrics;
  readonly clock: Clock;
}

/** What we can respond with, the fallback first. */
const OFFERED: ReadonlyMap<string, Format> = new Map([
  ["text/plain; version=0.0.4", "text"],
  ["text/plain", "text"],
  ["application/openmetrics-text; version=1.0.0", "openmetrics"],
  ["application/openmetrics-text", "openmetrics"],
]);

/**
 * The exposition format a scraper prefers. Whatever it asks for there is a response: text 0.0.4, never a 406.
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
function acceptsGzip(request: Request): boolean {
  return request.acceptsEncodings("gzip", "identity") === "gzip";
}

function send(request: Request, response: Response, chunks: readonly Buffer[]): void {
  response.setHeader(
    "Content-Length",
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  );
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  // One system call for all parts, and no copy of the large one.
  response.cork();
  for (const chunk of chunks) response.write(chunk);
  response.end();
}

/** Sends a body and its end, compressed where the client takes that. */
export function sendExposition(
  [request, response]: readonly [Request, Response],
  format: Format,
  body: Chunk,
  tail: Tail,
): void {
  response.setHeader("Content-Type", CONTENT_TYPES[format]);
  response.vary("Accept");
  response.vary("Accept-Encoding");
  if (acceptsGzip(request)) {
    response.setHeader("Content-Encoding", "gzip");
    send(request, response, gzipMember(body, tail));
  } else send(request, response, [...body.identity, tail.identity]);
}

/** Answers a scrape: copies the bytes made at poll time and appends the exporter's own metrics. Always 200. */
export function createMetricsRoute({ currentBody, selfMetrics, clock }: MetricsRouteDeps) {
  const tails: Readonly<Record<Format, () => Promise<Tail>>> = {
    text: createTailCache("text", selfMetrics, clock),
    openmetrics: createTailCache("openmetrics", selfMetrics, clock),
  };

  return async (request: Request, response: Response): Promise<void> => {
    const format = negotiateFormat(request);
    const tail = await tails[format]();
    const body = await currentBody();
    sendExposition([request, response], format, body, tail);
  };
}
