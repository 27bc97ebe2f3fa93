import { calendarDay } from "../calendar/windows.ts";
import { isWorkingTime } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import { DATA_METRICS } from "./catalogue.ts";
import { type WorkspaceState, freshForMs } from "./workspace-state.ts";
import { unmatchedBy } from "../sources/unmatched.ts";
import type { Chunk } from "./chunk.ts";
import { type Family, joinFamilies } from "./families.ts";
import { HEALTH_METRICS } from "./health.ts";
import { type WorkspaceChunks, chunksOf, inGroups } from "./workspace-chunks.ts";

/**
 * What a scrape copies into its response: everything that changes only with a poll. It holds gauges only, so the same
 * bytes serve both exposition formats.
 */
export interface Snapshot extends Chunk {
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

/** In the order of the exposition. */
const FAMILIES: readonly Family[] = [...DATA_METRICS, ...Object.values(HEALTH_METRICS)].map((header) => ({
  name: header.name,
  header,
}));

function shortestFresh(states: readonly WorkspaceState[], now: Moment): number | undefined {
  const kept = states.flatMap(({ sources }) => [...sources.values()]);
  const times = kept.flatMap((one) => freshForMs(one, now) ?? []).filter((time) => time > 0);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** One after the other: each that has changed takes a compressor's memory. */
async function chunksOfAll(states: readonly WorkspaceState[], now: Moment): Promise<WorkspaceChunks[]> {
  const unmatched = unmatchedBy(states);
  const all: WorkspaceChunks[] = [];
  for (const state of states) all.push(await chunksOf(state, unmatched.get(state.workspace) ?? [], now));
  return all;
}

/** By what is published of the workspace, which never changes. */
const alone = new WeakMap<WorkspaceChunks, Chunk>();

/** One workspace's part of a snapshot of all of them, composed once. */
export async function composeWorkspace(
  state: WorkspaceState,
  { states, now }: { readonly states: readonly WorkspaceState[]; readonly now: Moment },
): Promise<Chunk> {
  const chunks = await chunksOf(state, unmatchedBy(states).get(state.workspace) ?? [], now);
  const composed = alone.get(chunks) ?? joinFamilies(FAMILIES, [chunks]);
  alone.set(chunks, composed);
  return composed;
}

/** Joins the workspaces' rendered data and their health as of the given moment. */
export async function composeSnapshot(states: readonly WorkspaceState[], now: Moment): Promise<Snapshot> {
  const sorted = states.toSorted((a, b) => (a.workspace < b.workspace ? -1 : 1));
  const all = joinFamilies(FAMILIES, inGroups(await chunksOfAll(sorted, now)));
  return Object.assign(all, {
    composedAt: now,
    freshForMs: shortestFresh(sorted, now),
    days: daysOf(states, now.epochMs),
  });
}
