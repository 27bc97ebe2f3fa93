import type { Clock, Moment } from "../clock.ts";
import type { NextRun } from "./cron-runs.ts";

/** So often the wall clock is looked at: after a suspension, or when it was set, a run is at most so late. */
const LOOK_MS = 5_000;
/** How far the two clocks may drift apart while one waits: a hundredth of the time, and the grain of both. */
const [DRIFT, GRAIN_MS] = [0.01, 20];

/** A run that is due. */
export interface Tick {
  /** Its time, in epoch milliseconds; undefined where the wall clock shows another, and it makes up for what was missed. */
  readonly runMs: number | undefined;
  /** Whether a clock that was set, or a suspension, brought it sooner after the last one than the schedule has it. */
  readonly isEarly: boolean;
}

export type OnTick = (tick: Tick) => void;

/** The run that is waited for, from which moment on, and for how long by elapsed time. */
interface Wait {
  readonly runMs: number;
  readonly from: Moment;
  readonly waitMs: number;
}

interface Ticker {
  readonly start: (onTick: OnTick) => void;
  readonly stop: () => void;
  /** Epoch milliseconds of the coming run; undefined when there is none. */
  readonly nextRunMs: () => number | undefined;
}

function toleranceOf({ waitMs }: Wait): number {
  return DRIFT * waitMs + GRAIN_MS;
}

/**
 * How long there is still to wait. The wall clock decides, unless it was set back: a run that was to come in a quarter of
 * an hour comes in a quarter of an hour.
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

/**
 * Ticks at the runs that `next` finds, one at a time: however far the wall clock jumps, one tick makes up for all that
 * were missed.
 */
export function createTicker(next: NextRun, clock: Clock): Ticker {
  const stopping = new AbortController();
  let wait: Wait | undefined;

  const run = async (onTick: OnTick) => {
    let wasOffSchedule = false;
    for (wait = waitFor(next(clock.now()), clock.moment()); wait;) {
      const due = wait;
      const now = await whenDue(due, clock, stopping.signal);
      const wasSetBack = now.epochMs < due.runMs - toleranceOf(due);
      const wasSetForward = now.msSince(due.from) < due.waitMs - toleranceOf(due);
      // A run that comes a little before its time by the wall clock must not come once more at its time.
      wait = waitFor(next(wasSetBack ? now.epochMs : Math.max(now.epochMs, due.runMs)), now);
      const isOnTime = !wasSetBack && (next(due.runMs) ?? Infinity) > now.epochMs;
      onTick({ runMs: isOnTime ? due.runMs : undefined, isEarly: wasOffSchedule || wasSetForward });
      wasOffSchedule = wasSetBack || wasSetForward;
    }
  };

  return {
    start: (onTick) => {
      void run(onTick).catch((error: unknown) => {
        // The sleep that the stop ended.
        if (!stopping.signal.aborted) throw error;
      });
    },
    stop: () => {
      stopping.abort();
    },
    nextRunMs: () => {
      const now = clock.moment();
      if (!wait || stopping.signal.aborted) return next(now.epochMs);
      const left = leftMs(wait, now);
      if (left <= 0) return next(now.epochMs);
      // With a wall clock that was set back, the time at which it will come.
      return wait.runMs - now.epochMs - left > toleranceOf(wait) ? now.epochMs + left : wait.runMs;
    },
  };
}
