import { validate } from "node-cron";
import type { Clock } from "../clock.ts";
import type { Schedule } from "../config/config.ts";
import { ConfigError } from "../errors.ts";
import { type NextRun, createCronRuns } from "./cron-runs.ts";
import { type LongestGap, createLongestGap } from "./run-gaps.ts";
import { type OnTick, createTicker } from "./ticker.ts";

/** How far apart runs are, in milliseconds. Infinite where there are no more runs. */
export interface Spacing {
  /** From a run to the next one. */
  readonly gapMs: number;
  /** From a poll to the third run after it: until then at most two were missed. */
  readonly thirdMs: number;
}

/** Fires at the configured times, never twice for the same one. */
export interface Timetable {
  readonly start: (onTick: OnTick) => void;
  readonly stop: () => void;
  /** Epoch milliseconds of the coming run; undefined when there is none. */
  readonly nextRunMs: () => number | undefined;
  /** The spacing that a poll sees which starts at a time, for a run or, where none is given, out of turn. */
  readonly spacingAt: (startMs: number, runMs?: number) => Spacing;
  /** The interval, or the longest gap between two runs of a cron expression in the days after a time. */
  readonly longestGapMs: LongestGap;
}

/**
 * Whether node-cron understands the expression and it ever fires. Some that are valid never do: `0 0 31W 2 *`.
 */
export function isCronExpression(text: string): boolean {
  return validate(text) && createCronRuns(text, "Etc/UTC")(0) !== undefined;
}

function runsOf(schedule: Schedule, timezone: string): { readonly next: NextRun; readonly longestGapMs: LongestGap } {
  if (schedule.kind === "cron") {
    const { expression } = schedule;
    return { next: createCronRuns(expression, timezone), longestGapMs: createLongestGap(expression, timezone) };
  }
  const gapMs = schedule.seconds * 1000;
  return { next: (afterMs) => (Math.floor(afterMs / gapMs) + 1) * gapMs, longestGapMs: () => gapMs };
}

function spacingOf(next: NextRun, startMs: number, runMs: number): Spacing {
  const nextOf = (ms: number) => next(ms) ?? Infinity;
  const thirdAfter = (ms: number) => nextOf(nextOf(nextOf(ms))) - ms;
  return { gapMs: nextOf(runMs) - runMs, thirdMs: Math.max(thirdAfter(startMs), thirdAfter(runMs)) };
}

/**
 * Builds the timetable. Intervals are laid on UTC, so that daylight saving does not bend them.
 * @throws ConfigError when the expression never fires in the time zone
 */
export function createTimetable(schedule: Schedule, timezone: string, clock: Clock): Timetable {
  const { next, longestGapMs } = runsOf(schedule, timezone);
  if (schedule.kind === "cron" && next(clock.now()) === undefined) {
    const text = JSON.stringify(schedule.expression);
    throw new ConfigError([`poll.schedule: ${text} never fires in ${timezone}; change one of them`]);
  }
  const ticker = createTicker(next, clock);
  return {
    ...ticker,
    // Out of turn: as for the run that comes next.
    spacingAt: (startMs, runMs) => spacingOf(next, startMs, runMs ?? next(startMs) ?? startMs),
    longestGapMs,
  };
}
