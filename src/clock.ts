import { setTimeout as delay } from "node:timers/promises";

/** Node's timers hold 31 bits: what is asked of them for longer than 24.8 days, they do at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * A moment by both clocks. The wall clock tells dates, and may be set; elapsed time only ever goes on, and means nothing
 * by itself. So of elapsed time one can only ask how much there is between two moments, never take it for a date.
 */
export class Moment {
  /** By the wall clock: milliseconds since the Unix epoch. */
  readonly epochMs: number;
  readonly #elapsedMs: number;

  constructor(epochMs: number, elapsedMs: number) {
    this.epochMs = epochMs;
    this.#elapsedMs = elapsedMs;
  }

  /** Milliseconds from an earlier moment to this one, whatever the wall clock was set to meanwhile. */
  msSince(earlier: Moment): number {
    return this.#elapsedMs - earlier.#elapsedMs;
  }

  /**
   * How old what came from an earlier moment may be by now, in milliseconds. Elapsed time stands still while a machine is
   * suspended, the wall clock does not: the longer of the two counts. A wall clock that was set back changes nothing.
   */
  ageOf(earlier: Moment): number {
    return Math.max(this.msSince(earlier), this.epochMs - earlier.epochMs);
  }

  /** The moment of which another process left nothing but the wall clock's time. One to come counts as this moment. */
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
    // At least once, so that one who sleeps for no time lets others run.
    for (let leftMs = ms; ; leftMs = ms - moment().msSince(start)) {
      await delay(Math.min(leftMs, MAX_DELAY_MS), undefined, signal ? { signal } : {});
      if (ms - moment().msSince(start) <= 0) return;
    }
  },
};
