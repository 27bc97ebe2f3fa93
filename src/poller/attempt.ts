import { type Timer, withDeadline } from "../abort.ts";
import type { Clock, Moment } from "../clock.ts";
import type { PollConfig } from "../config/config.ts";
import { ApiError, internalError } from "../errors.ts";
import type { Spacing } from "./timetable.ts";

const HOUR_MS = 3_600_000;
const MAX_JITTER_MS = 30_000;
const MAX_DEADLINE_MS = 900_000;

/** The times of one poll, in milliseconds: as configured, or derived from its spacing. */
export interface PollTiming {
  readonly jitterMs: number;
  /** The poll's data is too old after this. */
  readonly staleAfterMs: number;
  /** A poll that runs longer is ended, so that a hanging poll cannot hold up the next one for ever. */
  readonly deadlineMs: number;
}

/**
 * Jitter: a tenth of the gap to the next run, up to 30 s. Stale: after two missed polls, but not within an hour; for an
 * interval, that is three intervals. Deadline: the next run, up to 15 minutes.
 */
export function pollTiming(
  { jitterMs, staleAfterMs }: Pick<PollConfig, "jitterMs" | "staleAfterMs">,
  { gapMs, thirdMs }: Spacing,
): PollTiming {
  return {
    jitterMs: jitterMs ?? Math.min(gapMs / 10, MAX_JITTER_MS),
    staleAfterMs: staleAfterMs ?? Math.max(thirdMs, HOUR_MS),
    deadlineMs: Math.min(gapMs, MAX_DEADLINE_MS),
  };
}

/** Waits by the clock of the polls, for any length of time. */
function timerOf(clock: Clock, ms: number): Timer {
  return (fire) => {
    const done = new AbortController();
    clock.sleep(ms, done.signal).then(fire, () => undefined);
    return () => {
      done.abort();
    };
  };
}

/**
 * Does a poll's work, up to its deadline. Whatever the work throws is a result: the poll's failure.
 * @param stop fires when the program is to stop
 */
export async function attempt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  stop: AbortSignal,
  deadlineMs: number,
  clock: Clock,
): Promise<T | { readonly error: ApiError }> {
  const late = new ApiError(`the poll did not end within ${deadlineMs / 1000} s`, { reason: "timeout" });
  const { signal, end } = withDeadline(stop, timerOf(clock, deadlineMs), late);
  try {
    return await work(signal);
  } catch (error) {
    return { error: error instanceof ApiError ? error : internalError(error) };
  } finally {
    // After a failed request, the others of the same poll must not continue into the next poll.
    end(new ApiError("the poll ended before the answer came", { reason: "network" }));
  }
}

/** The time during which the API asked not to be called, with `Retry-After`. */
export interface Pause {
  /** Begins a pause if the failure asks for one. */
  readonly begin: (error: ApiError) => void;
  /** The failure of a poll during the pause, which makes no request; undefined when there is no pause. */
  readonly error: () => ApiError | undefined;
}

/** Creates a {@link Pause} that has not begun. */
export function createPause(clock: Clock): Pause {
  let pause: { readonly from: Moment; readonly waitMs: number; readonly error: ApiError } | undefined;
  return {
    begin: (error) => {
      if (error.retryAfterMs !== undefined) pause = { from: clock.moment(), waitMs: error.retryAfterMs, error };
    },
    error: () => {
      if (!pause) return undefined;
      const leftMs = pause.waitMs - clock.moment().msSince(pause.from);
      if (leftMs <= 0) return undefined;
      const { reason, status } = pause.error;
      const message = `the API asked not to be called for another ${Math.ceil(leftMs / 1000)} s (Retry-After)`;
      return new ApiError(message, { reason, ...(status === undefined ? {} : { status }) });
    },
  };
}
