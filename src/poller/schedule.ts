import { type ScheduledTask, createTask, validate } from "node-cron";
import type { Schedule } from "../config/config.ts";
import { cronExpressions } from "./cron-expressions.ts";

/** How many coming runs are looked at to find the longest gap between two: a week of a run every 15 minutes. */
const LOOKAHEAD = 700;

/** Fires at the configured times, never twice for the same one. */
export interface Timetable {
  readonly start: (onTick: () => void) => void;
  readonly stop: () => void;
  /** Epoch milliseconds of the next run; undefined when there is none. */
  readonly nextRunMs: () => number | undefined;
  /** The interval, or the longest gap between two of the coming runs of a cron expression. */
  readonly intervalSeconds: number;
}

/** Whether node-cron understands the expression. */
export function isCronExpression(text: string): boolean {
  return validate(text);
}

/** Builds the timetable. Intervals are laid on UTC, so that daylight saving does not bend them. */
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
    intervalSeconds: isInterval ? schedule.seconds : longestGapSeconds(tasks),
  };
}

function nextRun(tasks: readonly ScheduledTask[]): number | undefined {
  const times = tasks.flatMap((task) => task.getNextRuns(1).map((run) => run.getTime()));
  return times.length === 0 ? undefined : Math.min(...times);
}

function longestGapSeconds(tasks: readonly ScheduledTask[]): number {
  const runs = tasks.flatMap((task) => task.getNextRuns(LOOKAHEAD)).map((run) => run.getTime());
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  return Math.max(0, ...gaps) / 1000;
}
