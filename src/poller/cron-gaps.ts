import type { Schedule } from "../config/config.ts";
import { type ScheduledTask, createTask } from "node-cron";

const MINUTE = 60;
const DAY_MS = 86_400_000;
/** Long enough to hold a weekend whatever the day it starts on. */
const SPAN_MS = 8 * DAY_MS;
/** How many runs are looked at until they reach over {@link SPAN_MS}: rare ones are dear to find, frequent ones are many. */
const COUNTS = [20, 800, 12_000];
const FINE_COUNT = 200;

/** The coming runs in epoch milliseconds; none when node-cron finds none in a hundred years, on which it throws. */
export function comingRuns(task: ScheduledTask, count: number): number[] {
  try {
    return task.getNextRuns(count).map((run) => run.getTime());
  } catch {
    return [];
  }
}

function runsOf(expression: string, timezone: string, count: number): number[] {
  const task = createTask(expression, () => undefined, { timezone });
  const runs = comingRuns(task, count);
  void task.destroy();
  return runs;
}

function gapsSeconds(runs: readonly number[]): number[] {
  return runs.slice(1).map((run, index) => (run - (runs[index] ?? run)) / 1000);
}

/** The expression to the minute: seconds make many runs and say nothing of nights and weekends. */
function withoutSeconds(expression: string): string {
  const fields = expression.trim().split(/\s+/);
  return fields.slice(-5).join(" ");
}

/** Runs by the minute, over eight days or the next twelve thousand of them. */
function coarseRuns(expression: string, timezone: string): number[] {
  const coarse = withoutSeconds(expression);
  let runs: number[] = [];
  for (const count of COUNTS) {
    runs = runsOf(coarse, timezone, count);
    if ((runs.at(-1) ?? 0) - (runs[0] ?? 0) >= SPAN_MS) break;
  }
  return runs;
}

/** How many times a day a schedule fires: of a cron expression, on average over whole weeks to come, seconds left out. */
export function pollsPerDay(schedule: Schedule, timezone: string): number {
  if (schedule.kind === "interval") return DAY_MS / 1000 / schedule.seconds;
  const runs = coarseRuns(schedule.expression, timezone);
  const [first = 0, last = first] = [runs[0], runs.at(-1)];
  const days = 7 * Math.max(1, Math.floor((last - first) / (7 * DAY_MS)));
  return runs.filter((run) => run - first < days * DAY_MS).length / days;
}

/**
 * The longest gap between two coming runs, to the minute where it is longer than one, and the shortest one. Seconds.
 * Looks at eight days at least, so that it does not depend on the day of the start.
 */
export function cronGaps(
  expression: string,
  timezone: string,
): { readonly longest: number; readonly shortest: number } {
  const fine = gapsSeconds(runsOf(expression, timezone, FINE_COUNT));
  const runs = coarseRuns(expression, timezone);
  const longest = Math.max(0, ...gapsSeconds(runs));
  return { longest: longest > MINUTE ? longest : Math.max(0, ...fine), shortest: Math.min(longest, ...fine) };
}
