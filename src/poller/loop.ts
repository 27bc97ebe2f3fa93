import type { Clock } from "../clock.ts";
import type { Logger } from "../logger/logger.ts";
import type { Timetable } from "./timetable.ts";

/** Polls one thing: at once when started, then by the timetable. */
export interface Poller {
  readonly start: () => void;
  /** Ends the running poll; resolves when nothing runs any more. */
  readonly stop: () => Promise<void>;
}

export interface PollLoopDeps {
  readonly timetable: Timetable;
  /** A poll at a tick is delayed by a random time up to this. Milliseconds. */
  readonly jitterMs: (runMs: number | undefined) => number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called for a run during a running poll, except for one that only a jump of the clock brought there. */
  readonly onSkipped: () => void;
  readonly logger: Logger;
}

/** One poll: for a run, in epoch milliseconds, or out of turn. Ends soon after its signal fires. */
type Poll = (stopping: AbortSignal, runMs?: number) => Promise<void>;

class PollLoop implements Poller {
  readonly #poll: Poll;
  readonly #deps: PollLoopDeps;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(poll: Poll, deps: PollLoopDeps) {
    this.#poll = poll;
    this.#deps = deps;
  }

  start(): void {
    const { timetable, jitterMs, random, onSkipped } = this.#deps;
    if (this.#stopping.signal.aborted) return;
    timetable.start(({ runMs, isEarly }) => {
      if (!this.#running) this.#running = this.#pollAfter(random() * jitterMs(runMs), runMs);
      else if (!isEarly) onSkipped();
    });
    this.#running = this.#pollAfter(0);
  }

  async stop(): Promise<void> {
    this.#deps.timetable.stop();
    this.#stopping.abort();
    await this.#running;
  }

  async #pollAfter(delayMs: number, runMs?: number): Promise<void> {
    const { clock, logger } = this.#deps;
    const { signal } = this.#stopping;
    try {
      if (delayMs > 0) await clock.sleep(delayMs, signal);
      await this.#poll(signal, runMs);
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, "a poll ended on a bug; the next one comes as planned");
    } finally {
      this.#running = undefined;
    }
  }
}

/** Runs polls one after the other, never two at once, whatever one of them throws. Nothing starts after the stop. */
export function createPollLoop(poll: Poll, deps: PollLoopDeps): Poller {
  return new PollLoop(poll, deps);
}
