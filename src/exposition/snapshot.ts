import { constants, crc32, createDeflateRaw } from "node:zlib";
import { calendarDay } from "../calendar/windows.ts";
import { isWorkingTime } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import { DATA_METRICS } from "./catalogue.ts";
import { type WorkspaceState, freshForMs } from "./workspace-state.ts";
import { healthFamilies } from "./health-families.ts";
import { type Published, publishedOf } from "./published.ts";
import { renderHeader, renderSamples } from "../metrics/render-family.ts";

/**
 * What a scrape copies into its response: everything that changes only with a poll. It holds gauges only, so the same
 * bytes serve both exposition formats.
 */
export interface Snapshot {
  readonly identity: readonly Buffer[];
  /** Of `identity`, in bytes. */
  readonly length: number;
  /** The same bytes as deflate blocks. None is final and the last one ends on a byte, so that more blocks can follow. */
  readonly deflated: Buffer;
  /** CRC-32 of `identity`, to be continued over the bytes that follow. */
  readonly crc: number;
  readonly composedAt: Moment;
  /** How many milliseconds after `composedAt` some data is too old; undefined when there is no data. */
  readonly freshForMs: number | undefined;
  /** As {@link daysOf} had them when it was composed. Once they differ, windows or working time have changed. */
  readonly days: string;
}

/** Today's date in each of the workspaces' time zones, then whether people work now in each workspace with a calendar. */
export function daysOf(states: readonly WorkspaceState[], nowMs: number): string {
  const zones = new Set(states.map(({ timezone }) => timezone));
  const days = [...zones].map((zone) => calendarDay(nowMs, zone));
  const work = states.flatMap(({ calendar, timezone }) =>
    calendar === undefined ? [] : String(isWorkingTime(calendar, nowMs, timezone)),
  );
  return [...days, ...work].join(" ");
}

function dataParts(all: readonly Published[]): Buffer[] {
  const parts: Buffer[] = [];
  for (const definition of DATA_METRICS) {
    const lines = all.flatMap((published) => published.lines.get(definition.name) ?? []);
    if (lines.length > 0) parts.push(renderHeader(definition), ...lines.map(({ bytes }) => bytes));
  }
  return parts;
}

async function healthParts(all: readonly Published[], now: Moment): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for (const { definition, samples } of healthFamilies(all, now)) {
    if (samples.length > 0) parts.push(renderHeader(definition), await renderSamples(definition, samples));
  }
  return parts;
}

function shortestFresh(states: readonly WorkspaceState[], now: Moment): number | undefined {
  const kept = states.flatMap(({ sources }) => [...sources.values()]);
  const times = kept.flatMap((one) => freshForMs(one, now) ?? []).filter((time) => time > 0);
  return times.length === 0 ? undefined : Math.min(...times);
}

function written(act: (done: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Compresses part by part, off the event loop and without a copy of the whole. Computes the checksum on the way. */
async function compress(parts: readonly Buffer[]): Promise<Pick<Snapshot, "deflated" | "crc">> {
  const stream = createDeflateRaw();
  const chunks: Buffer[] = [];
  let crc = 0;
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  for (const part of parts) {
    crc = crc32(part, crc);
    await written((done) => stream.write(part, done));
  }
  await written((done) => {
    stream.flush(constants.Z_FULL_FLUSH, done);
  });
  stream.destroy();
  return { deflated: Buffer.concat(chunks), crc };
}

/** Joins the workspaces' rendered data and their health as of the given moment. */
export async function composeSnapshot(states: readonly WorkspaceState[], now: Moment): Promise<Snapshot> {
  const sorted = states.toSorted((a, b) => (a.workspace < b.workspace ? -1 : 1));
  const all = await Promise.all(sorted.map((state) => publishedOf(state, now)));
  const parts = [...dataParts(all), ...(await healthParts(all, now))];
  // Node's crc32 can return 0 for an empty buffer, whatever the checksum so far.
  const identity = parts.filter(({ length }) => length > 0);
  return {
    identity,
    length: identity.reduce((sum, part) => sum + part.length, 0),
    ...(await compress(identity)),
    composedAt: now,
    freshForMs: shortestFresh(sorted, now),
    days: daysOf(states, now.epochMs),
  };
}
