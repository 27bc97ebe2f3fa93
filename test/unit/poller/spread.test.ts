import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createLanes, type Lane } from "../../../src/roboflow/lane.ts";
import { firstDelayMs, shiftOf } from "../../../src/poller/spread.ts";
import { type Rig, configFrom, createRig } from "../../support/exporter-harness.ts";
import { valueOf } from "../../support/exposition.ts";
import { clientOf } from "../../support/golden.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const NOON = "2026-11-18T12:00:00Z";
const MINUTE_MS = 60_000;
const LAG = "roboflow_exporter_poll_lag_seconds";
const { signal } = new AbortController();
const answer = () => ({ data: [], labelers: [], stats: {} });

/** The first of several workspaces, so that its polls are spread. */
function spreadWorkspace(poll: Readonly<Record<string, unknown>> = {}) {
  const api_key = "rf_S3cretKeyOfTheTests";
  const [workspace] = configFrom({
    ...{ windows: ["today"], api: { retries: 0 }, poll: { jitter: "0s", startup_spread: "1m", ...poll } },
    workspaces: ["acme", "other"].map((name) => ({ name, api_key })),
  }).workspaces;
  if (!workspace) throw new Error("no workspace");
  return workspace;
}

async function skippedBy(rig: Rig) {
  return valueOf(await rig.families(), "roboflow_exporter_polls_skipped_total");
}

describe("the first poll of one of several workspaces", () => {
  const workspace = spreadWorkspace();
  const delayMs = firstDelayMs(workspace, "insights");

  test("comes at its own time within the spread; runs before it are left to it", async () => {
    expect([delayMs > 0, delayMs < MINUTE_MS]).toEqual([true, true]);
    const clock = new ManualClock(NOON);
    const asked: number[] = [];
    const rig = await createRig(workspace, { clock, client: clientOf(() => (asked.push(clock.now()), answer())) });
    const polled = rig.start();
    clock.advance(delayMs - 1);
    rig.timetable.tick();
    await nextTurn();
    expect(asked).toEqual([]);
    clock.advance(1);
    await polled;
    expect(asked).toEqual([Date.parse(NOON) + delayMs]);
    expect(await skippedBy(rig)).toBe(0);
    expect(valueOf(await rig.families(), LAG)).toBe(0);
    await rig.poll();
    expect(asked).toHaveLength(2);
  });

  test("does not come after a stop", async () => {
    const clock = new ManualClock(NOON);
    const rig = await createRig(workspace, { clock, client: clientOf(() => expect.unreachable()) });
    rig.poller.start();
    await rig.poller.stop();
    expect([clock.sleeping, rig.lines, rig.states]).toEqual([0, [], []]);
  });

  test("comes at once without a spread, and a run during it is skipped and counted", async () => {
    const clock = new ManualClock(NOON);
    const gate: ((json: unknown) => void)[] = [];
    const client = clientOf(() => new Promise((resolve) => gate.push(resolve)));
    const rig = await createRig(spreadWorkspace({ startup_spread: "0s" }), { clock, client });
    const polled = rig.start();
    await nextTurn();
    rig.timetable.tick();
    gate[0]?.(answer());
    await polled;
    expect(await skippedBy(rig)).toBe(1);
  });
});

test("a schedule is not moved by its workspace's place, and polls together are not either", () => {
  expect(shiftOf(spreadWorkspace(), "insights")).toBeGreaterThan(0);
  expect(shiftOf(spreadWorkspace({ stagger: false }), "insights")).toBe(0);
  expect(shiftOf(spreadWorkspace(), "legacy")).not.toBe(shiftOf(spreadWorkspace(), "insights"));
});

/** A rig whose requests share one turn with others. */
async function crowdedRig(interval = "15m") {
  const clock = new ManualClock(NOON);
  const laneFor = createLanes(() => ({ concurrency: 1, share: 1, perSecond: 1000 }), clock);
  const asked: number[] = [];
  const client = clientOf(() => (asked.push(clock.now()), answer()));
  const askFor =
    (_: unknown, lane: Lane) =>
    async (...[request, stop]: Parameters<typeof client>) => {
      const release = await lane.enter(stop);
      return client(request, stop).finally(release);
    };
  const workspace = spreadWorkspace({ startup_spread: "0s", interval });
  const rig = await createRig(workspace, {
    clock,
    laneFor,
    askFor,
    intervalSeconds: workspace.poll.schedule.kind === "interval" ? workspace.poll.schedule.seconds : 0,
  });
  const other = () => laneFor({ name: "other" }).enter(signal);
  return { clock, rig, asked, other };
}

describe("the lag of a poll", () => {
  test("is the wait for the turn of its first request, on top of its run's own delay", async () => {
    const { clock, rig, other } = await crowdedRig();
    await rig.start();
    expect(valueOf(await rig.families(), LAG)).toBe(0);
    const release = await other();
    const polled = rig.polled();
    rig.timetable.tick(false, 1500);
    await nextTurn();
    clock.advance(2000);
    release();
    await polled;
    expect(valueOf(await rig.families(), LAG)).toBe(3.5);
    expect(rig.lines.at(-1)).toMatchObject({ msg: "poll succeeded", durationMs: 0 });
    await rig.poll();
    expect(valueOf(await rig.families(), LAG)).toBe(0);
  });

  test.each([-10_800_000, 10_800_000])("goes by elapsed time when the clock is set by %i ms", async (jumpMs) => {
    const { clock, rig, other } = await crowdedRig();
    const release = await other();
    const polled = rig.start();
    await nextTurn();
    clock.advance(2000);
    clock.jump(jumpMs);
    release();
    await polled;
    expect(valueOf(await rig.families(), LAG)).toBe(2);
  });

  test("is absent before the first poll, and there after one that failed", async () => {
    const clock = new ManualClock(NOON);
    const rig = await createRig(spreadWorkspace({ startup_spread: "0s" }), { clock });
    expect((await rig.families()).has(LAG)).toBe(false);
    await rig.start();
    expect(rig.lines.at(-1)).toMatchObject({ msg: "poll failed" });
    expect(valueOf(await rig.families(), LAG)).toBe(0);
  });
});

describe("a poll that waits for its turns", () => {
  test("does not use up its time meanwhile, however long that is", async () => {
    const { clock, rig, asked, other } = await crowdedRig("1m");
    const release = await other();
    const polled = rig.start();
    await nextTurn();
    for (let minute = 0; minute < 10; minute++) {
      clock.advance(MINUTE_MS);
      await nextTurn();
    }
    rig.timetable.tick();
    expect(rig.lines).toEqual([]);
    release();
    await polled;
    expect(asked).toEqual([Date.parse(NOON) + 10 * MINUTE_MS]);
    expect(rig.lines.at(-1)).toMatchObject({ msg: "poll succeeded", durationMs: 0 });
    expect(await skippedBy(rig)).toBe(1);
    expect(valueOf(await rig.families(), LAG)).toBe(600);
    expect(clock.sleeping).toBe(0);
  });

  test("has its whole time afterwards, and not more", async () => {
    const clock = new ManualClock(NOON);
    const laneFor = createLanes(() => ({ concurrency: 1, share: 1, perSecond: 1000 }), clock);
    const ended: unknown[] = [];
    const askFor = (_: unknown, lane: Lane) => async (__: unknown, stop: AbortSignal) => {
      const release = await lane.enter(stop);
      await clock.sleep(3_600_000, stop).catch((error: unknown) => ended.push(error));
      release();
      throw stop.reason;
    };
    const workspace = spreadWorkspace({ startup_spread: "0s", interval: "1m" });
    const rig = await createRig(workspace, { clock, laneFor, askFor, intervalSeconds: 60 });
    const release = await laneFor({ name: "other" }).enter(signal);
    const polled = rig.start();
    await nextTurn();
    clock.advance(30_000);
    release();
    await nextTurn();
    clock.advance(59_000);
    await nextTurn();
    expect(ended).toEqual([]);
    clock.advance(1000);
    await polled;
    expect(rig.lines.at(-1)).toMatchObject({ reason: "timeout", error: "the poll did not end within 60 s" });
    expect(rig.lines.at(-1)).toMatchObject({ durationMs: 60_000 });
    expect(clock.sleeping).toBe(0);
  });

  test("ends at a stop without a request, a failure or a line in the log", async () => {
    const { clock, rig, asked, other } = await crowdedRig();
    await other();
    rig.poller.start();
    await nextTurn();
    await rig.poller.stop();
    expect([asked, rig.lines, rig.states, clock.sleeping]).toEqual([[], [], [], 0]);
  });
});
