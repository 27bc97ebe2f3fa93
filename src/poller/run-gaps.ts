import type { Schedule } from "../config/config.ts";
import { type NextRun, createCronRuns } from "./cron-runs.ts";

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
/** Long enough to hold a weekend whatever the day it starts on. */
const SPAN_MS = 8 * DAY_MS;
/** How many runs are looked at: of rare ones a few gaps, of frequent ones eight days by the minute. */
const [MIN_RUNS, MAX_RUNS] = [4, 12_000];
/** Enough for the gaps within a minute. */
const FINE_RUNS = 200;

/** The expression to the minute: seconds make many runs and say nothing of nights and weekends. */
function withoutSeconds(expression: string): string {
  return expression.trim().split(/\s+/).slice(-5).join(" ");
}

/** The runs after an instant: all of eight days, or so many. */
function comingRuns(next: NextRun, fromMs: number, maxRuns = MAX_RUNS): number[] {
  const runs: number[] = [];
  for (let run = next(fromMs); run !== undefined; run = next(run)) {
    runs.push(run);
    if (runs.length >= maxRuns || (runs.length >= MIN_RUNS && run - (runs[0] ?? run) >= SPAN_MS)) break;
  }
  return runs;
}

function longestOf(runs: readonly number[]): number {
  return runs.slice(1).reduce((longest, run, index) => Math.max(longest, run - (runs[index] ?? run)), 0);
}

/** Finds the longest gap between two runs of the eight days to come, in milliseconds. */
export type LongestGap = (fromMs: number) => number;

/** Makes a {@link LongestGap}: to the minute, where the gap is longer than one. Looks anew once an hour. */
export function createLongestGap(expression: string, timezone: string): LongestGap {
  const [fine, coarse] = [createCronRuns(expression, timezone), createCronRuns(withoutSeconds(expression), timezone)];
  let latest: { readonly hour: number; readonly gapMs: number } | undefined;
  return (fromMs) => {
    const hour = Math.floor(fromMs / HOUR_MS);
    if (latest?.hour === hour) return latest.gapMs;
    const coarseMs = longestOf(comingRuns(coarse, fromMs));
    const gapMs = coarseMs > MINUTE_MS ? coarseMs : longestOf(comingRuns(fine, fromMs, FINE_RUNS));
    latest = { hour, gapMs };
    return gapMs;
  };
}

/** How many times a day a schedule runs: of a cron expression, on average over whole weeks to come, seconds left out. */
export function pollsPerDay(schedule: Schedule, timezone: string, fromMs: number): number {
  if (schedule.kind === "interval") return DAY_MS / 1000 / schedule.seconds;
  const runs = comingRuns(createCronRuns(withoutSeconds(schedule.expression), timezone), fromMs);
  const [first = 0, last = first] = [runs[0], runs.at(-1)];
  const days = 7 * Math.max(1, Math.floor((last - first) / (7 * DAY_MS)));
  return runs.filter((run) => run - first < days * DAY_MS).length / days;
}
