import { type ScheduledTask, createTask, validate } from "node-cron";
import type { Schedule } from "../config/config.ts";
import { ConfigError } from "../errors.ts";
import { cronExpressions } from "./cron-expressions.ts";

/** How many coming runs are looked at to find the longest gap between two: a week of a run every 15 minutes. */
const LOOKAHEAD = 700;
const FEW = 20;
const YEAR_MS = 366 * 86_400_000;

/** Fires at the configured times, never twice for the same one. */
export interface Timetable {
  readonly start: (onTick: () => void) => void;
  readonly stop: () => void;
  /** Epoch milliseconds of the next run; undefined when there is none. */
  readonly nextRunMs: () => number | undefined;
  /** The interval, or the longest gap between two of the coming runs of a cron expression. */
  readonly intervalSeconds: number;
}

/**
 * Whether node-cron understands the expression and it ever fires. Some that are valid never do (`0 0 31W 2 *`), for
 * which node-cron searches a hundred years and throws.
 */
export function isCronExpression(text: string): boolean {
  if (!validate(text)) return false;
  const task = createTask(text, () => undefined, { timezone: "Etc/UTC" });
  const fires = comingRuns(task, 1).length > 0;
  void task.destroy();
  return fires;
}

/**
 * Builds the timetable. Intervals are laid on UTC, so that daylight saving does not bend them.
 * @throws ConfigError when the expression never fires in the time zone
 */
export function createTimetable(schedule: Schedule, timezone: string): Timetable {
  const isInterval = schedule.kind === "interval";
  const expressions = isInterval ? cronExpressions(schedule.seconds) : [schedule.expression];
  let onTick: () => void = () => undefined;
  const options = { timezone: isInterval ? "Etc/UTC" : timezone, suppressMissedWarning: true };
  const tasks = expressions.map((expression) =>
    createTask(
      expression,
      () => {
        onTick();
      },
      options,
    ),
  );
  const intervalSeconds = isInterval ? schedule.seconds : longestGapSeconds(tasks.flatMap(runsToCompare));
  // At an hour that daylight saving leaves out, an expression may be fine but for the zone.
  if (nextRun(tasks) === undefined)
    throw new ConfigError([
      `poll.schedule: ${JSON.stringify(expressions[0])} never fires in ${timezone}; change one of them`,
    ]);
  // A blocked or sleeping machine may miss a tick; late is better than not until the next one.
  for (const task of tasks)
    task.on("execution:missed", () => {
      onTick();
    });
  return {
    start: (listener) => {
      onTick = listener;
      for (const task of tasks) void task.start();
    },
    stop: () => {
      for (const task of tasks) void task.destroy();
    },
    nextRunMs: () => nextRun(tasks),
    intervalSeconds,
  };
}

/** The coming runs in epoch milliseconds; none when node-cron finds none in a hundred years, on which it throws. */
function comingRuns(task: ScheduledTask, count: number): number[] {
  try {
    return task.getNextRuns(count).map((run) => run.getTime());
  } catch {
    return [];
  }
}

function nextRun(tasks: readonly ScheduledTask[]): number | undefined {
  const times = tasks.flatMap((task) => comingRuns(task, 1));
  return times.length === 0 ? undefined : Math.min(...times);
}

function longestGapSeconds(runs: readonly number[]): number {
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  return Math.max(0, ...gaps) / 1000;
}

/** Runs enough to see the longest gap. Where a few reach over a year, more would only cost: each is far to seek. */
function runsToCompare(task: ScheduledTask): number[] {
  const few = comingRuns(task, FEW);
  return (few.at(-1) ?? 0) - (few[0] ?? 0) > YEAR_MS ? few : comingRuns(task, LOOKAHEAD);
}
