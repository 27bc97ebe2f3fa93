import type { Clock, Moment } from "../clock.ts";

/** More starts than any configuration asks for are not remembered. */
const MAX_KEPT = 1000;
/** At most a fifth of a second's starts come in a burst: they arrive less evenly than they leave. */
const BURSTS = 5;

/**
 * Keeps starts apart: so many in any second, or, for a number below 1, one in so many seconds. By elapsed time, so that a
 * clock that is set neither blocks nor frees anything.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #starts: Moment[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until one more may start, whole ones; 0: it may now. */
  waitMs(perSecond: number): number {
    const now = this.#clock.moment();
    const leftMs = [Math.ceil(perSecond / BURSTS), Math.ceil(perSecond)].map((count) => {
      const first = this.#starts.at(-count);
      return first ? (1000 * count) / perSecond - now.msSince(first) : 0;
    });
    return Math.max(0, ...leftMs.map(Math.ceil));
  }

  /** Remembers that one starts now. */
  started(): void {
    this.#starts.push(this.#clock.moment());
    if (this.#starts.length > MAX_KEPT) this.#starts.shift();
  }
}
