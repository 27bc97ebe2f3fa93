import type { Clock } from "../clock.ts";
import type { Logger } from "../logger/logger.ts";
import type { Timetable } from "./timetable.ts";

/** Polls one thing: at once when started, then by the timetable. */
export interface Poller {
  readonly start: () => void;
  /** Ends the running poll and resolves when it has let go of everything. */
  readonly stop: () => Promise<void>;
}

export interface PollLoopDeps {
  readonly timetable: Timetable;
  /** The poll at a tick waits a random time up to this. Milliseconds. */
  readonly jitterMs: (runMs: number | undefined) => number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called for a run that falls into a running poll, unless only a jump of the clock brought it there. */
  readonly onSkipped: () => void;
  readonly logger: Logger;
}

/** One poll: for a run, in epoch milliseconds, or out of turn. Ends soon after its signal fires. */
type Poll = (stopping: AbortSignal, runMs?: number) => Promise<void>;

/** Runs polls one after the other, never two at once, whatever one of them throws. Nothing starts after the stop. */
export function createPollLoop(poll: Poll, deps: PollLoopDeps): Poller {
  const { timetable, jitterMs, clock, random, onSkipped, logger } = deps;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  const pollAfter = async (delayMs: number, runMs?: number) => {
    try {
      if (delayMs > 0) await clock.sleep(delayMs, stopping.signal);
      await poll(stopping.signal, runMs);
    } catch (error) {
      if (!stopping.signal.aborted)
        logger.error({ err: error }, "a poll ended on a bug; the next one comes as planned");
    } finally {
      running = undefined;
    }
  };

  return {
    start: () => {
      if (stopping.signal.aborted) return;
      timetable.start(({ runMs, isEarly }) => {
        if (!running) running = pollAfter(random() * jitterMs(runMs), runMs);
        else if (!isEarly) onSkipped();
      });
      running = pollAfter(0);
    },
    stop: async () => {
      timetable.stop();
      stopping.abort();
      await running;
    },
  };
}
