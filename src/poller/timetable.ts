import { validate } from "node-cron";
import type { Clock, Moment } from "../clock.ts";
import type { Schedule } from "../config/config.ts";
import { ConfigError } from "../errors.ts";
import { type LongestGap, type NextRun, createCronRuns, createLongestGap } from "./cron.ts";

/** How often the wall clock is read while waiting: after a suspension, or when the clock was set, a run is late by no more. */
const LOOK_MS = 5_000;
/** How far the two clocks may drift apart during a wait: a hundredth of its length, plus their resolution. */
const [DRIFT, RESOLUTION_MS] = [0.01, 20];

/** A run that is due. */
export interface Tick {
  /** Its time in epoch milliseconds; undefined for a tick that makes up for missed runs, when the clock shows another time. */
  readonly runMs: number | undefined;
  /** How much longer than planned was waited for it, in milliseconds of elapsed time. */
  readonly lateMs: number;
  /** Whether it follows the last tick sooner than scheduled, because the clock was set or the machine was suspended. */
  readonly isEarly: boolean;
}

export type OnTick = (tick: Tick) => void;

/** The run that is waited for: since when, and for how long in elapsed time. */
interface Wait {
  readonly runMs: number;
  readonly from: Moment;
  readonly waitMs: number;
}

function toleranceOf({ waitMs }: Wait): number {
  return DRIFT * waitMs + RESOLUTION_MS;
}

/**
 * How long is left to wait. The wall clock decides, unless it was set back: a run that was a quarter of an hour away comes
 * within a quarter of an hour.
 */
function leftMs({ runMs, from, waitMs }: Wait, now: Moment): number {
  return Math.min(runMs - now.epochMs, waitMs - now.msSince(from));
}

function waitFor(runMs: number | undefined, from: Moment): Wait | undefined {
  return runMs === undefined ? undefined : { runMs, from, waitMs: runMs - from.epochMs };
}

async function whenDue(wait: Wait, clock: Clock, signal: AbortSignal): Promise<Moment> {
  for (;;) {
    const now = clock.moment();
    const left = leftMs(wait, now);
    if (left <= 0) return now;
    await clock.sleep(Math.min(left, LOOK_MS), signal);
  }
}

/** What became of the wall clock during a wait that is over. */
function clockChange(wait: Wait, now: Moment): "set back" | "set forward" | "none" {
  if (now.epochMs < wait.runMs - toleranceOf(wait)) return "set back";
  return now.msSince(wait.from) < wait.waitMs - toleranceOf(wait) ? "set forward" : "none";
}

/**
 * Ticks at the runs that `next` finds, one at a time: however far the wall clock jumps, one tick makes up for all missed
 * runs.
 */
class Ticker {
  readonly #next: NextRun;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  #wait: Wait | undefined;

  constructor(next: NextRun, clock: Clock) {
    this.#next = next;
    this.#clock = clock;
  }

  start(onTick: OnTick): void {
    this.#run(onTick).catch((error: unknown) => {
      // Otherwise it is the sleep that the stop ended.
      if (!this.#stopping.signal.aborted) throw error;
    });
  }

  stop(): void {
    this.#stopping.abort();
  }

  nextRunMs(): number | undefined {
    const now = this.#clock.moment();
    const wait = this.#wait;
    const left = wait && !this.#stopping.signal.aborted ? leftMs(wait, now) : 0;
    if (!wait || left <= 0) return this.#next(now.epochMs);
    // When the wall clock was set back, the time it will show then.
    return wait.runMs - now.epochMs - left > toleranceOf(wait) ? now.epochMs + left : wait.runMs;
  }

  async #run(onTick: OnTick): Promise<void> {
    let wasOffSchedule = false;
    for (this.#wait = waitFor(this.#next(this.#clock.now()), this.#clock.moment()); this.#wait;) {
      const due = this.#wait;
      const now = await whenDue(due, this.#clock, this.#stopping.signal);
      const change = clockChange(due, now);
      // Without a set-back clock, a run that comes a little before its time must not come again at its time.
      const after = change === "set back" ? now.epochMs : Math.max(now.epochMs, due.runMs);
      this.#wait = waitFor(this.#next(after), now);
      const isOnTime = change !== "set back" && (this.#next(due.runMs) ?? Infinity) > now.epochMs;
      const lateMs = Math.max(0, now.msSince(due.from) - due.waitMs);
      onTick({ runMs: isOnTime ? due.runMs : undefined, lateMs, isEarly: wasOffSchedule || change === "set forward" });
      wasOffSchedule = change !== "none";
    }
  }
}

/** How far apart runs are, in milliseconds. Infinite after the last run. */
export interface Spacing {
  /** From a run to the next one. */
  readonly gapMs: number;
  /** From a poll to the third run after it: before that, two runs at most were missed. */
  readonly thirdMs: number;
}

/** Fires at the configured times, never twice for the same one. */
export interface Timetable {
  readonly start: (onTick: OnTick) => void;
  readonly stop: () => void;
  /** Epoch milliseconds of the next run; undefined when there is none. */
  readonly nextRunMs: () => number | undefined;
  /** The spacing for a poll that starts at a time, for a run or, without one, out of turn. */
  readonly spacingAt: (startMs: number, runMs?: number) => Spacing;
  /** The interval, or the longest gap between two runs of a cron expression in the days after a time. */
  readonly longestGapMs: LongestGap;
}

/** Whether node-cron accepts the expression and it ever fires. Some valid ones never do: `0 0 31W 2 *`. */
export function isCronExpression(text: string): boolean {
  return validate(text) && createCronRuns(text, "Etc/UTC")(0) !== undefined;
}

interface Runs {
  readonly next: NextRun;
  readonly longestGapMs: LongestGap;
}

function runsOf(schedule: Schedule, timezone: string, shift: number): Runs {
  if (schedule.kind === "cron") {
    const { expression } = schedule;
    return { next: createCronRuns(expression, timezone), longestGapMs: createLongestGap(expression, timezone) };
  }
  const gapMs = schedule.seconds * 1000;
  const shiftMs = Math.floor(shift * gapMs);
  const next = (afterMs: number) => (Math.floor((afterMs - shiftMs) / gapMs) + 1) * gapMs + shiftMs;
  return { next, longestGapMs: () => gapMs };
}

function spacingOf(next: NextRun, startMs: number, runMs: number): Spacing {
  const nextOf = (ms: number) => next(ms) ?? Infinity;
  const thirdAfter = (ms: number) => nextOf(nextOf(nextOf(ms))) - ms;
  return { gapMs: nextOf(runMs) - runMs, thirdMs: Math.max(thirdAfter(startMs), thirdAfter(runMs)) };
}

/**
 * Creates the timetable of a schedule. Intervals keep to UTC, so that daylight saving does not change them.
 * @param shift the part of an interval, from 0 up to 1, by which its runs come after the round times; a cron expression
 * names its times, and is not moved
 * @throws ConfigError when the expression never fires in the time zone
 */
export function createTimetable(schedule: Schedule, timezone: string, clock: Clock, shift = 0): Timetable {
  const { next, longestGapMs } = runsOf(schedule, timezone, shift);
  if (schedule.kind === "cron" && next(clock.now()) === undefined) {
    const text = JSON.stringify(schedule.expression);
    throw new ConfigError([`poll.schedule: ${text} never fires in ${timezone}; change one of them`]);
  }
  const ticker = new Ticker(next, clock);
  return {
    start: (onTick) => {
      ticker.start(onTick);
    },
    stop: () => {
      ticker.stop();
    },
    nextRunMs: () => ticker.nextRunMs(),
    // Out of turn: as for the next run.
    spacingAt: (startMs, runMs) => spacingOf(next, startMs, runMs ?? next(startMs) ?? startMs),
    longestGapMs,
  };
}
