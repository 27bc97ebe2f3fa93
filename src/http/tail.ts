import { crc32, deflateRawSync } from "node:zlib";
import type { Clock, Moment } from "../clock.ts";
import type { Chunk } from "../exposition/chunk.ts";
import { composeCounters } from "../exposition/counters.ts";
import type { SelfMetrics } from "../self/recorder.ts";
import type { Format } from "../self/registry.ts";

/** Magic, deflate, no flags, no time, unknown system. Source: RFC 1952, section 2.3 */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** What ends a response: plain, and as final deflate blocks. */
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

/** The exporter's own metrics: what is counted of workspaces, and all others. */
export interface OwnMetrics {
  readonly counters: Chunk;
  readonly tail: Tail;
}

interface Rendering {
  readonly revision: number;
  readonly started: Moment;
  readonly own: Promise<OwnMetrics>;
}

async function renderOwn(format: Format, selfMetrics: SelfMetrics): Promise<OwnMetrics> {
  const counters = await composeCounters(selfMetrics.workspaces(), format);
  return { counters, tail: createTail(await selfMetrics.render(format)) };
}

/**
 * The exporter's own metrics in one format. Rendered again when one of our counters has moved or a second has passed, so
 * that a crowd of scrapes costs no more than one.
 */
export function createOwnMetricsCache(
  format: Format,
  selfMetrics: SelfMetrics,
  clock: Clock,
): () => Promise<OwnMetrics> {
  let latest: Rendering | undefined;
  return () => {
    const [revision, now] = [selfMetrics.revision(), clock.moment()];
    const isCurrent = latest?.revision === revision && now.msSince(latest.started) < MAX_AGE_MS;
    if (latest && isCurrent) return latest.own;
    const own = renderOwn(format, selfMetrics);
    latest = { revision, started: now, own };
    // What failed once, for lack of memory for example, is tried again.
    own.catch(() => (latest = undefined));
    return own;
  };
}
