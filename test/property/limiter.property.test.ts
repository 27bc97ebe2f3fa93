import fc from "fast-check";
import { expect, test } from "vitest";
import { createLimiter } from "../../src/roboflow/limiter.ts";
import { ManualClock } from "../support/manual-clock.ts";

interface Scenario {
  readonly concurrency: number;
  readonly share: number;
  readonly perSecond: number;
  /** Which workspace asks, after how many milliseconds, and for how many its request runs. */
  readonly requests: readonly (readonly [workspace: number, afterMs: number, runsMs: number])[];
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  concurrency: fc.integer({ min: 1, max: 6 }),
  share: fc.integer({ min: 1, max: 6 }),
  perSecond: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(0.25, 0.5, 2.5, 7.3)),
  requests: fc.array(fc.tuple(fc.nat(4), fc.nat(300), fc.nat(2000)), { maxLength: 60 }),
});

/** Runs all requests of a scenario; returns when each began, in its order, and what ran at once at the peak. */
async function run({ requests, ...limits }: Scenario) {
  const clock = new ManualClock();
  const limiter = createLimiter(() => limits, clock);
  const { signal } = new AbortController();
  const starts: number[] = [];
  const running = new Map<number, number>();
  const peak = { all: 0, one: 0 };
  const change = (workspace: number, by: number) => {
    running.set(workspace, (running.get(workspace) ?? 0) + by);
    const counts = [...running.values()];
    peak.all = Math.max(
      peak.all,
      counts.reduce((sum, count) => sum + count, 0),
    );
    peak.one = Math.max(peak.one, ...counts);
  };
  const ask = async (workspace: number, runsMs: number) => {
    const release = await limiter.enter(String(workspace), signal);
    starts.push(clock.now());
    change(workspace, 1);
    await clock.sleep(runsMs);
    change(workspace, -1);
    release();
  };
  const all: Promise<void>[] = [];
  for (const [workspace, afterMs, runsMs] of requests) {
    await pass(clock, afterMs);
    all.push(ask(workspace, runsMs));
  }
  const done = { count: 0 };
  for (const one of all) void one.then(() => done.count++);
  for (let steps = 0; done.count < all.length && steps < 100_000; steps++) await pass(clock, 25);
  return { starts, peak, done: done.count, sleeping: clock.sleeping };
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  await settle();
  clock.advance(ms);
  await settle();
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}

/** The maximum number of starts in any window of a length, its end not included. */
function mostWithin(starts: readonly number[], windowMs: number): number {
  return Math.max(0, ...starts.map((from) => starts.filter((at) => at >= from && at < from + windowMs).length));
}

test("in no second more requests begin than allowed, no more run at once, and all of them run", async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const { starts, peak, done, sleeping } = await run(scenario);
      const { concurrency, share, perSecond, requests } = scenario;
      expect(done).toBe(requests.length);
      expect(sleeping).toBe(0);
      expect(starts).toHaveLength(requests.length);
      const count = Math.ceil(perSecond);
      for (const seconds of [1, 2, 5, 30])
        expect(mostWithin(starts, seconds * 1000)).toBeLessThanOrEqual(Math.floor(seconds * perSecond) + count);
      expect(mostWithin(starts, (1000 * count) / perSecond)).toBeLessThanOrEqual(count);
      expect(peak.all).toBeLessThanOrEqual(concurrency);
      expect(peak.one).toBeLessThanOrEqual(Math.min(share, concurrency));
    }),
    { numRuns: 50 },
  );
});
