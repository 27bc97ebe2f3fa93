import { type Clock, Moment } from "../../src/clock.ts";

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A time that moves only when a test says so. Every wait asked for is recorded in `sleeps`. */
export interface FakeClock extends Clock {
  readonly sleeps: readonly number[];
  /** Moves the time on and wakes whoever is due. */
  readonly advance: (ms: number) => void;
  /** Resolves once something sleeps. */
  readonly whenAsleep: () => Promise<void>;
}

export interface FakeClockOptions {
  /** Where the time starts; 2026-11-18T09:00:00Z when not given. */
  readonly nowMs?: number;
  /** Whether sleepers are woken at once, the time moved on by as much (the default), or by {@link FakeClock.advance}. */
  readonly wakes?: "at once" | "by hand";
}

export const FAKE_NOW_MS = Date.parse("2026-11-18T09:00:00Z");

/** Makes a {@link FakeClock}. Its `sleep` rejects with the signal's reason when that aborts first. */
export function createFakeClock({ nowMs = FAKE_NOW_MS, wakes = "at once" }: FakeClockOptions = {}): FakeClock {
  const sleeps: number[] = [];
  const sleepers = new Set<Sleeper>();
  let time = nowMs;
  let watchers: (() => void)[] = [];

  const advance = (ms: number) => {
    time += ms;
    for (const sleeper of sleepers) if (sleeper.dueMs <= time) sleeper.wake();
  };
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      sleeps.push(ms);
      const abort = () => {
        sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        dueMs: time + ms,
        wake: () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      if (signal?.aborted) {
        abort();
        return;
      }
      sleepers.add(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
      for (const notify of watchers) notify();
      watchers = [];
      if (wakes === "at once") advance(ms);
    });
  const whenAsleep = () =>
    new Promise<void>((resolve) => {
      if (sleepers.size > 0) resolve();
      else watchers.push(resolve);
    });
  return { now: () => time, moment: () => new Moment(time, time), sleep, sleeps, advance, whenAsleep };
}
