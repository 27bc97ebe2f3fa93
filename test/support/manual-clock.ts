import { type Clock, Moment, systemClock } from "../../src/clock.ts";

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** The moment of a time at which nothing has ever changed the wall clock. */
export function momentAt(epochMs: number): Moment {
  return new Moment(epochMs, epochMs);
}

/** The system's clock but for the wall clock, which stands still at an instant: epoch milliseconds or ISO 8601. */
export function standingClock(instant: number | string): Clock {
  const epochMs = typeof instant === "string" ? Date.parse(instant) : instant;
  const moment = () => new Moment(epochMs, performance.now());
  return { ...systemClock, now: () => epochMs, moment };
}

/** Where a {@link ManualClock} starts by default. */
export const DEFAULT_START = "2026-11-18T09:00:00Z";

export interface ManualClockOptions {
  /** Whether sleepers wake when a test moves the clock (the default), or at once: the clock then moves by as much. */
  readonly wakes?: "by hand" | "at once";
}

/** A clock that a test moves by hand: elapsed time, and apart from it what the wall clock shows. */
export class ManualClock implements Clock {
  #elapsedMs: number;
  #aheadMs = 0;
  readonly #wakes: ManualClockOptions["wakes"];
  readonly #sleepers = new Set<Sleeper>();
  #watchers: (() => void)[] = [];
  /** Every duration slept or being slept, in the order of asking. */
  readonly asked: number[] = [];

  constructor(iso = DEFAULT_START, { wakes = "by hand" }: ManualClockOptions = {}) {
    this.#elapsedMs = Date.parse(iso);
    this.#wakes = wakes;
  }

  readonly now = (): number => this.#elapsedMs + this.#aheadMs;

  readonly moment = (): Moment => new Moment(this.now(), this.#elapsedMs);

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    this.asked.push(ms);
    return new Promise((resolve, reject) => {
      const wake = () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const wait = { atMs: this.#elapsedMs + ms, wake };
      const abort = () => {
        this.#sleepers.delete(wait);
        reject(signal?.reason as Error);
      };
      if (signal?.aborted) {
        abort();
        return;
      }
      signal?.addEventListener("abort", abort, { once: true });
      this.#sleepers.add(wait);
      for (const notify of this.#watchers.splice(0)) notify();
      if (this.#wakes === "at once") this.advance(ms);
    });
  };

  /** Resolves once something sleeps. */
  readonly whenAsleep = (): Promise<void> =>
    new Promise((resolve) => {
      if (this.#sleepers.size > 0) resolve();
      else this.#watchers.push(resolve);
    });

  /** How many sleeps have not ended. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Lets time pass and wakes what slept until then. */
  advance(ms: number): void {
    this.#elapsedMs += ms;
    for (const sleeper of [...this.#sleepers].filter(({ atMs }) => atMs <= this.#elapsedMs)) {
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }

  /** Lets time pass until an instant. */
  advanceTo(iso: string): void {
    this.advance(Date.parse(iso) - this.now());
  }

  /** Sets the wall clock by so much, back where it is negative. No time passes, and nothing wakes. */
  jump(ms: number): void {
    this.#aheadMs += ms;
  }
}
