import { type ScheduledTask, createTask, validate } from "node-cron";
import type { Schedule } from "../config/config.ts";
import { ConfigError } from "../errors.ts";
import { comingRuns, cronGaps } from "./cron-gaps.ts";
import { cronExpressions } from "./cron-expressions.ts";

/** Fires at the configured times, never twice for the same one. */
export interface Timetable {
  readonly start: (onTick: () => void) => void;
  readonly stop: () => void;
  /** Epoch milliseconds of the next run; undefined when there is none. */
  readonly nextRunMs: () => number | undefined;
  /** The interval, or the longest gap between two coming runs of a cron expression. */
  readonly intervalSeconds: number;
  /** The interval, or the shortest gap between two coming runs of a cron expression. */
  readonly shortestGapSeconds: number;
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
  // At an hour that daylight saving leaves out, an expression may be fine but for the zone.
  if (nextRun(tasks) === undefined)
    throw new ConfigError([
      `poll.schedule: ${JSON.stringify(expressions[0])} never fires in ${timezone}; change one of them`,
    ]);
  const gaps = isInterval
    ? { longest: schedule.seconds, shortest: schedule.seconds }
    : cronGaps(schedule.expression, timezone);
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
    intervalSeconds: gaps.longest,
    shortestGapSeconds: gaps.shortest,
  };
}

function nextRun(tasks: readonly ScheduledTask[]): number | undefined {
  const times = tasks.flatMap((task) => comingRuns(task, 1));
  return times.length === 0 ? undefined : Math.min(...times);
}
