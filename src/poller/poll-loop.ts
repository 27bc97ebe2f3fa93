import type { Clock } from "../clock.ts";
import type { Timetable } from "./schedule.ts";

/** Polls one thing: at once when started, then by the timetable. */
export interface Poller {
  readonly start: () => void;
  /** Ends the running poll and resolves when it has let go of everything. */
  readonly stop: () => Promise<void>;
}

export interface PollLoopDeps {
  readonly timetable: Timetable;
  /** A poll at a tick waits a random time up to this. Milliseconds. */
  readonly jitterMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Told of a tick that falls into a running poll. */
  readonly onSkipped: () => void;
  /** Called with whatever a poll throws: a bug, on which the program must stop. */
  readonly onBug: (error: unknown) => void;
}

/** Runs polls one after the other, never two at once. `poll` ends soon after its signal fires; nothing starts after that. */
export function createPollLoop(poll: (stopping: AbortSignal) => Promise<void>, deps: PollLoopDeps): Poller {
  const { timetable, jitterMs, clock, random, onSkipped, onBug } = deps;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  const pollAfter = async (delayMs: number) => {
    try {
      if (delayMs > 0) await clock.sleep(delayMs, stopping.signal);
      await poll(stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) onBug(error);
    } finally {
      running = undefined;
    }
  };

  return {
    start: () => {
      if (stopping.signal.aborted) return;
      timetable.start(() => {
        if (running) onSkipped();
        else running = pollAfter(random() * jitterMs);
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
