import { constants, crc32, createDeflateRaw } from "node:zlib";
import { calendarDay } from "../calendar/windows.ts";
import { isWorkingTime } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import { DATA_METRICS } from "./catalogue.ts";
import { freshForMs } from "./freshness.ts";
import { healthFamilies } from "./health-families.ts";
import { type Published, publishedOf } from "./published.ts";
import { renderHeader, renderSamples } from "../metrics/render-family.ts";
import type { WorkspaceState } from "./workspace-state.ts";

/**
 * Everything that changes with a poll only, ready to be copied into a response. Gauges alone, so the same bytes serve
 * both exposition formats.
 */
export interface Body {
  readonly identity: readonly Buffer[];
  /** Of `identity`, in bytes. */
  readonly length: number;
  /** The same bytes as deflate blocks, none of them final and the last one byte-aligned: more blocks may follow. */
  readonly deflated: Buffer;
  /** CRC-32 of `identity`, to be continued over what follows. */
  readonly crc: number;
  readonly composedAt: Moment;
  /** After this time (milliseconds) the body holds data that is too old; undefined when it holds none. */
  readonly freshForMs: number | undefined;
  /**
   * The calendar days, in the workspaces' zones, on which it was made, and where people were at work: on other days some
   * windows may be over.
   */
  readonly days: string;
}

/** The calendar days it is now, in all zones of the workspaces, and whether people work in those with a calendar. */
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

/** Compresses part by part, off the event loop, without ever holding a copy of the whole, and sums up meanwhile. */
async function compress(parts: readonly Buffer[]): Promise<Pick<Body, "deflated" | "crc">> {
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

/** Puts the workspaces' rendered data and their health together, as they are at the given moment. */
export async function composeBody(states: readonly WorkspaceState[], now: Moment): Promise<Body> {
  const sorted = states.toSorted((a, b) => (a.workspace < b.workspace ? -1 : 1));
  const all = await Promise.all(sorted.map((state) => publishedOf(state, now)));
  const parts = [...dataParts(all), ...(await healthParts(all, now))];
  // Node's crc32 of an empty buffer can be 0, whatever the sum so far.
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
