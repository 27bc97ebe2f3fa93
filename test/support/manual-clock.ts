import type { Clock } from "../../src/clock.ts";

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that a test moves by hand. Nothing sleeps in real time. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();
  /** Every duration slept or being slept, in the order of asking. */
  readonly asked: number[] = [];

  constructor(iso: string) {
    this.#nowMs = Date.parse(iso);
  }

  readonly now = (): number => this.#nowMs;

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    this.asked.push(ms);
    return new Promise((resolve, reject) => {
      const wait = { atMs: this.#nowMs + ms, wake: resolve };
      const abort = () => {
        this.#sleepers.delete(wait);
        reject(new Error("the sleep was aborted"));
      };
      if (signal?.aborted) {
        abort();
        return;
      }
      signal?.addEventListener("abort", abort, { once: true });
      this.#sleepers.add(wait);
    });
  };

  /** How many sleeps have not ended. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Goes forward and wakes whoever slept until then. */
  advance(ms: number): void {
    this.#nowMs += ms;
    for (const sleeper of [...this.#sleepers].filter(({ atMs }) => atMs <= this.#nowMs)) {
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }

  /** Goes to an instant, which may lie in the past: then nobody wakes. */
  set(iso: string): void {
    this.advance(Date.parse(iso) - this.#nowMs);
  }
}
