import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { Chunk } from "../exposition/chunk.ts";
import { joinChunks } from "../exposition/joined-chunks.ts";
import type { Snapshot } from "../exposition/snapshot.ts";
import type { Logger } from "../logger/logger.ts";
import type { SelfMetrics } from "../self/recorder.ts";
import { CONTENT_TYPES, type Format } from "../self/registry.ts";
import { type Preference, createNegotiation } from "./negotiation.ts";
import { respondInText } from "./plain-text.ts";
import { sendBuffers, sendInflated } from "./send-buffers.ts";
import { type OwnMetrics, type Tail, createOwnMetricsCache, gzipMember } from "./tail.ts";

export interface MetricsRouteDeps {
  /** What the polls have published. */
  readonly currentBody: () => Promise<Snapshot>;
  readonly selfMetrics: SelfMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A response as it is sent, to any number of scrapers: they share its buffers. */
interface Representation {
  readonly tail: Tail;
  readonly headers: OutgoingHttpHeaders;
  readonly buffers: readonly Buffer[];
  /** Whether the buffers are deflate blocks of what is sent. */
  readonly isDeflated: boolean;
}

/** A request that is being answered, and where failures are reported. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly logger: Logger;
}

/** Up to this size the parts are copied into one buffer, once for all scrapes: to send each costs more than to copy it. */
const JOINED_BYTES = 2 ** 21;

function joined(parts: readonly Buffer[], bytes: number): readonly Buffer[] {
  return bytes <= JOINED_BYTES ? [Buffer.concat(parts, bytes)] : parts;
}

function bytesOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** What is sent, and how many bytes that are. */
function content(body: Chunk, tail: Tail, isGzip: boolean) {
  // What is not sent must not be read: it is put together when it is.
  const parts = isGzip ? gzipMember(body, tail) : body.identity && [...body.identity, tail.identity];
  if (!parts) {
    const bytes = body.length + tail.identity.length;
    return { bytes, buffers: [...body.deflated, tail.deflated], isDeflated: true };
  }
  const bytes = bytesOf(parts);
  return { bytes, buffers: joined(parts, bytes), isDeflated: false };
}

/** What is sent of a body and what ends it. */
export function represent(body: Chunk, tail: Tail, { format, isGzip }: Preference): Representation {
  const { bytes, ...sent } = content(body, tail, isGzip);
  const headers = {
    "X-Content-Type-Options": "nosniff",
    "Content-Type": CONTENT_TYPES[format],
    Vary: "Accept, Accept-Encoding",
    ...(isGzip && { "Content-Encoding": "gzip" }),
    "Content-Length": bytes,
  };
  return { tail, headers, ...sent };
}

/** Makes what finds the representation to send. It is made again when the snapshot or the exporter's own metrics are others. */
function createRepresentations(): (body: Snapshot, own: OwnMetrics, preference: Preference) => Representation {
  // A snapshot that has been replaced is let go with all that was made of it.
  const made = new WeakMap<Snapshot, Map<string, Representation>>();
  return (body, { counters, tail }, preference) => {
    const ofBody = made.get(body) ?? new Map<string, Representation>();
    made.set(body, ofBody);
    const kind = `${preference.format} ${String(preference.isGzip)}`;
    const latest = ofBody.get(kind);
    if (latest?.tail === tail) return latest;
    const representation = represent(joinChunks([body, counters]), tail, preference);
    ofBody.set(kind, representation);
    return representation;
  };
}

/** Sends it; for HEAD, its headers. */
export function send({ request, response, logger }: Exchange, { headers, buffers, isDeflated }: Representation): void {
  response.writeHead(200, headers);
  if (request.method === "HEAD") response.end();
  else if (isDeflated) sendInflated(response, buffers, logger);
  else sendBuffers(response, buffers);
}

/** Answers a scrape: copies the bytes made at poll time and appends the exporter's own metrics. 200, but for a bug of ours. */
export function createMetricsRoute({ currentBody, selfMetrics, clock, logger }: MetricsRouteDeps): RequestListener {
  const own: Readonly<Record<Format, () => Promise<OwnMetrics>>> = {
    text: createOwnMetricsCache("text", selfMetrics, clock),
    openmetrics: createOwnMetricsCache("openmetrics", selfMetrics, clock),
  };
  const [preferenceOf, representationOf] = [createNegotiation(), createRepresentations()];
  const representationFor = async ({ headers }: IncomingMessage): Promise<Representation> => {
    const preference = preferenceOf(headers);
    const ownMetrics = await own[preference.format]();
    return representationOf(await currentBody(), ownMetrics, preference);
  };
  return (request, response) => {
    representationFor(request).then(
      (representation) => {
        send({ request, response, logger }, representation);
      },
      (error: unknown) => {
        logger.error({ err: error }, "request failed");
        respondInText(response, 500, "Internal error; see the log.");
      },
    );
  };
}
