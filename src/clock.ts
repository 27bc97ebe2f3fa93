import { setTimeout as delay } from "node:timers/promises";

/** Node's timers have 31 bits: a longer delay than 24.8 days would end at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * A moment by both clocks. The wall clock gives dates, and can be set. Elapsed time only grows, and its absolute value has
 * no meaning: it can only be compared with that of another moment, so it is never mistaken for a date.
 */
export class Moment {
  /** By the wall clock: milliseconds since the Unix epoch. */
  readonly epochMs: number;
  readonly #elapsedMs: number;

  constructor(epochMs: number, elapsedMs: number) {
    this.epochMs = epochMs;
    this.#elapsedMs = elapsedMs;
  }

  /** Milliseconds since an earlier moment, whether or not the wall clock was set meanwhile. */
  msSince(earlier: Moment): number {
    return this.#elapsedMs - earlier.#elapsedMs;
  }

  /**
   * The age of something from an earlier moment, in milliseconds: the longer time of the two clocks. Elapsed time stands
   * still while a machine is suspended, the wall clock does not. A wall clock that was set back changes nothing.
   */
  ageOf(earlier: Moment): number {
    return Math.max(this.msSince(earlier), this.epochMs - earlier.epochMs);
  }

  /** A moment that is known only by its wall-clock time, from another process. A future one counts as this moment. */
  at(epochMs: number): Moment {
    return new Moment(epochMs, this.#elapsedMs - Math.max(0, this.epochMs - epochMs));
  }
}

/** Time, passed in so that tests own it. */
export interface Clock {
  /** The wall clock, for dates: milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** This moment, for durations and ages. */
  readonly moment: () => Moment;
  /** Resolves after `ms` of elapsed time, however long; rejects when the signal aborts first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const moment = () => new Moment(Date.now(), performance.now());

export const systemClock: Clock = {
  now: () => Date.now(),
  moment,
  sleep: async (ms, signal) => {
    const start = moment();
    // At least once, so that other work can run even if `ms` is 0.
    for (let leftMs = ms; ; leftMs = ms - moment().msSince(start)) {
      await delay(Math.min(leftMs, MAX_DELAY_MS), undefined, signal ? { signal } : {});
      if (ms - moment().msSince(start) <= 0) return;
    }
  },
};
