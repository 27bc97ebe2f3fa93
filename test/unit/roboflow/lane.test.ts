import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createLanes } from "../../../src/roboflow/lane.ts";
import type { Release } from "../../../src/roboflow/limiter.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const { signal } = new AbortController();

/** Lanes with so many turns at once, and what lets time pass. */
function lanesOf(concurrency: number) {
  const clock = new ManualClock();
  const laneFor = createLanes(() => ({ concurrency, share: concurrency, perSecond: 1000 }), clock);
  const pass = async (ms: number) => {
    clock.advance(ms);
    await nextTurn();
  };
  return { laneFor, pass };
}

test("a poll that gets its turns at once has waited for nothing", async () => {
  const { laneFor, pass } = lanesOf(2);
  const lane = laneFor({ name: "a" });
  lane.begin();
  const release = await lane.enter(signal);
  await pass(5000);
  release();
  expect([lane.firstWaitMs(), lane.idleMs()]).toEqual([0, 0]);
});

test("the wait before the first request is known while it lasts, and stays as it was", async () => {
  const { laneFor, pass } = lanesOf(1);
  const release = await laneFor({ name: "other" }).enter(signal);
  const lane = laneFor({ name: "a" });
  lane.begin();
  const first = lane.enter(signal);
  const second = lane.enter(signal);
  await pass(3000);
  expect([lane.firstWaitMs(), lane.idleMs()]).toEqual([3000, 3000]);
  release();
  const endFirst = await first;
  await pass(10_000);
  // While one runs, the poll is not idle, though another waits.
  expect([lane.firstWaitMs(), lane.idleMs()]).toEqual([3000, 3000]);
  endFirst();
  (await second)();
  expect([lane.firstWaitMs(), lane.idleMs()]).toEqual([3000, 3000]);
});

test("waits later in the poll count as idle, pauses without a request do not", async () => {
  const { laneFor, pass } = lanesOf(1);
  const [lane, other] = [laneFor({ name: "a" }), laneFor({ name: "b" })];
  lane.begin();
  (await lane.enter(signal))();
  await pass(2000);
  const release = await other.enter(signal);
  const next = lane.enter(signal);
  await pass(700);
  release();
  (await next)();
  expect([lane.firstWaitMs(), lane.idleMs()]).toEqual([0, 700]);
});

test("each poll counts its own waits; one that is aborted has waited until then", async () => {
  const { laneFor, pass } = lanesOf(1);
  const release: Release = await laneFor({ name: "other" }).enter(signal);
  const lane = laneFor({ name: "a" });
  const stop = new AbortController();
  lane.begin();
  const aborted = lane.enter(stop.signal);
  await pass(1000);
  stop.abort(new Error("late"));
  await expect(aborted).rejects.toThrow("late");
  await pass(4000);
  expect([lane.firstWaitMs(), lane.idleMs()]).toEqual([1000, 1000]);
  release();
  lane.begin();
  expect([lane.firstWaitMs(), lane.idleMs()]).toEqual([0, 0]);
  (await lane.enter(signal))();
  expect([lane.firstWaitMs(), lane.idleMs()]).toEqual([0, 0]);
});

test("two lanes of one workspace share its turns", async () => {
  const clock = new ManualClock();
  const laneFor = createLanes(() => ({ concurrency: 4, share: 1, perSecond: 1000 }), clock);
  const release = await laneFor({ name: "a" }).enter(signal);
  const lane = laneFor({ name: "a" });
  const entered = lane.enter(signal);
  await laneFor({ name: undefined }).enter(signal);
  clock.advance(50);
  expect(lane.idleMs()).toBe(50);
  release();
  await entered;
});
