import { type Timer, withDeadline } from "../abort.ts";
import type { Clock, Moment } from "../clock.ts";
import type { PollConfig } from "../config/config.ts";
import { ApiError, internalError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import type { Spacing, Timetable } from "./timetable.ts";

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

/** How long a poll's work may take. */
export interface TimeLimit {
  readonly deadlineMs: number;
  /** For how long the work has only waited for the turns of its requests, which does not count; not at all by default. */
  readonly idleMs?: () => number;
}

/** How often it is looked whether work that had to wait has used up its time. */
const LOOK_AGAIN_MS = 1000;

/** Waits by the clock of the polls, for any length of time. */
function timerOf(clock: Clock, { deadlineMs, idleMs = () => 0 }: TimeLimit): Timer {
  return (fire) => {
    const done = new AbortController();
    const start = clock.moment();
    const leftMs = () => deadlineMs + idleMs() - clock.moment().msSince(start);
    const wait = async () => {
      await clock.sleep(deadlineMs, done.signal);
      for (let left = leftMs(); left > 0; left = leftMs())
        await clock.sleep(Math.max(left, LOOK_AGAIN_MS), done.signal);
    };
    wait().then(fire, () => undefined);
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
  limit: TimeLimit,
  clock: Clock,
): Promise<T | { readonly error: ApiError }> {
  const late = new ApiError(`the poll did not end within ${limit.deadlineMs / 1000} s`, { reason: "timeout" });
  const { signal, end } = withDeadline(stop, timerOf(clock, limit), late);
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

/** Polls one thing: soon after it is started, then by the timetable. */
export interface Poller {
  readonly start: () => void;
  /** Ends the running poll; resolves when nothing runs any more. */
  readonly stop: () => Promise<void>;
}

export interface PollLoopDeps {
  readonly timetable: Timetable;
  /** The first poll comes so many milliseconds after the start; runs before that are left to it. */
  readonly firstDelayMs: number;
  /** A poll at a tick is delayed by a random time up to this. Milliseconds. */
  readonly jitterMs: (runMs: number | undefined) => number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called for a run during a running poll, except for one that only a jump of the clock brought there. */
  readonly onSkipped: () => void;
  readonly logger: Logger;
}

/** What a poll is for. */
export interface Run {
  /** Epoch milliseconds; undefined for a poll out of turn. */
  readonly runMs: number | undefined;
  /** How late it begins, in milliseconds of elapsed time: its jitter is planned. */
  readonly lateMs: number;
}

/** One poll. Ends soon after its signal fires. */
type Poll = (stopping: AbortSignal, run: Run) => Promise<void>;

class PollLoop implements Poller {
  readonly #poll: Poll;
  readonly #deps: PollLoopDeps;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #hasBegun = false;

  constructor(poll: Poll, deps: PollLoopDeps) {
    this.#poll = poll;
    this.#deps = deps;
  }

  start(): void {
    const { timetable, jitterMs, random, onSkipped, firstDelayMs } = this.#deps;
    if (this.#stopping.signal.aborted) return;
    timetable.start(({ runMs, isEarly, lateMs }) => {
      if (!this.#running) this.#running = this.#pollAfter(random() * jitterMs(runMs), { runMs, lateMs });
      else if (this.#hasBegun && !isEarly) onSkipped();
    });
    this.#running = this.#pollAfter(firstDelayMs, { runMs: undefined, lateMs: 0 });
  }

  async stop(): Promise<void> {
    this.#deps.timetable.stop();
    this.#stopping.abort();
    await this.#running;
  }

  async #pollAfter(delayMs: number, { runMs, lateMs }: Run): Promise<void> {
    const { clock, logger } = this.#deps;
    const { signal } = this.#stopping;
    const tick = clock.moment();
    try {
      if (delayMs > 0) await clock.sleep(delayMs, signal);
      const sleptMs = clock.moment().msSince(tick);
      this.#hasBegun = true;
      await this.#poll(signal, { runMs, lateMs: lateMs + Math.max(0, sleptMs - delayMs) });
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, "a poll ended on a bug; the next one comes as planned");
    } finally {
      this.#running = undefined;
      this.#hasBegun = false;
    }
  }
}

/** Runs polls one after the other, never two at once, whatever one of them throws. Nothing starts after the stop. */
export function createPollLoop(poll: Poll, deps: PollLoopDeps): Poller {
  return new PollLoop(poll, deps);
}
