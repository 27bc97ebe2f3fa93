import type { Clock, Moment } from "../clock.ts";

/** How many requests are let in: one for each interval, and so many at once after a quiet time. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** Lets requests in at a limited rate, for all clients together. */
export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #clock: Pick<Clock, "moment">;
  #tokens: number;
  #filled: Moment;

  constructor(limit: RateLimit, clock: Pick<Clock, "moment">) {
    this.#limit = limit;
    this.#clock = clock;
    this.#tokens = limit.burst;
    this.#filled = clock.moment();
  }

  /** Takes a token. Without one, how many milliseconds it takes until there is one again. */
  take(): number | undefined {
    const { intervalMs, burst } = this.#limit;
    const now = this.#clock.moment();
    this.#tokens = Math.min(burst, this.#tokens + now.msSince(this.#filled) / intervalMs);
    this.#filled = now;
    if (this.#tokens < 1) return (1 - this.#tokens) * intervalMs;
    this.#tokens -= 1;
    return undefined;
  }
}
