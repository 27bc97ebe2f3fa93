import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { StatsQuery } from "../../../src/sources/insights/requests.ts";
import { ApiError } from "../../../src/errors.ts";
import { createRig, workspaceFrom } from "../../support/exporter-harness.ts";
import { samplesOf, valueOf } from "../../support/exposition.ts";
import { clientOf, firstSource } from "../../support/golden.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import type { Place } from "../../../src/exposition/store.ts";

const NOON = "2026-11-18T12:00:00Z";

function answerOf(images: number, ids = { project: "p1", labeler: "l1" }) {
  const names = { projectName: `Name of ${ids.project}`, projectType: "object-detection", workspaceId: "w1" };
  return {
    data: [{ projectId: ids.project, ...names, labelerId: ids.labeler, imagesLabeled: images }],
    labelers: [{ id: ids.labeler, displayName: `Name of ${ids.labeler}`, email: "x@example.com" }],
    stats: { numImagesLabeled: images },
  };
}

/** A client whose answers wait until the test lets them go; an abort ends the wait as undici would. */
function gatedClient() {
  const waiting: { readonly answer: (json: unknown) => void; readonly fail: (error: Error) => void }[] = [];
  const aborted: unknown[] = [];
  const asked: StatsQuery[] = [];
  const client = clientOf((query, _workspace, signal) => {
    asked.push(query);
    return new Promise((resolve, reject) => {
      waiting.push({ answer: resolve, fail: reject });
      signal.addEventListener("abort", () => {
        aborted.push(signal.reason);
        reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
      });
    });
  });
  return { client, waiting, aborted, asked };
}

describe("when it polls", () => {
  test("it polls at once when started, without jitter, and then at every tick", async () => {
    const clock = new ManualClock(NOON);
    const asked: StatsQuery[] = [];
    const client = clientOf((query) => (asked.push(query), answerOf(asked.length)));
    const rig = await createRig(workspaceFrom({ windows: ["today"], poll: { jitter: "30s" } }), {
      clock,
      client,
      random: () => 0,
    });
    await rig.start();
    await rig.poll();
    expect(asked).toHaveLength(2);
    expect(valueOf(await rig.families(), "roboflow_images_labeled")).toBe(2);
    expect(valueOf(await rig.families(), "roboflow_exporter_polls_total")).toBe(2);
  });

  test.each([
    { jitter: "30s", random: 0, interval: 900, ms: undefined },
    { jitter: "30s", random: 0.5, interval: 900, ms: 15_000 },
    { jitter: "30s", random: 0.999, interval: 900, ms: 29_970 },
    { jitter: undefined, random: 0.5, interval: 900, ms: 15_000 },
    { jitter: undefined, random: 0.5, interval: 60, ms: 3_000 },
  ])("a tick with jitter $jitter of $interval s and random $random waits $ms ms", async (given) => {
    const clock = new ManualClock(NOON);
    const jitter = given.jitter === undefined ? {} : { jitter: given.jitter };
    const base = workspaceFrom({ windows: ["today"], poll: { interval: `${given.interval}s`, ...jitter } });
    const config = given.jitter === undefined ? { ...base, poll: { ...base.poll, jitterMs: undefined } } : base;
    const rig = await createRig(config, {
      clock,
      client: clientOf(() => answerOf(1)),
      random: () => given.random,
      intervalSeconds: given.interval,
    });
    await rig.start();
    const [, ...deadlineOnly] = [...clock.asked];
    expect(deadlineOnly).toEqual([]);
    clock.asked.length = 0;
    const polled = rig.polled();
    rig.timetable.tick();
    expect(clock.asked.slice(0, 1)).toEqual(given.ms === undefined ? [given.interval * 1000] : [given.ms]);
    clock.advance(30_000);
    await polled;
  });

  test("a tick while a poll runs is skipped and counted, and disturbs nothing", async () => {
    const { client, waiting, asked } = gatedClient();
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), { clock: new ManualClock(NOON), client });
    const first = rig.start();
    await nextTurn();
    rig.timetable.tick();
    rig.timetable.tick();
    expect(asked).toHaveLength(1);
    waiting[0]?.answer(answerOf(7));
    await first;
    const families = await rig.families();
    expect(valueOf(families, "roboflow_exporter_polls_skipped_total")).toBe(2);
    expect(valueOf(families, "roboflow_exporter_polls_total")).toBe(1);
    expect(valueOf(families, "roboflow_images_labeled")).toBe(7);
  });

  test("the first poll publishes its next run, interval and duration", async () => {
    const clock = new ManualClock(NOON);
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), {
      clock,
      client: clientOf(() => (clock.advance(1500), answerOf(1))),
    });
    rig.timetable.next = Date.parse("2026-11-18T12:15:00Z");
    await rig.start();
    const families = await rig.families();
    expect(valueOf(families, "roboflow_exporter_next_poll_timestamp_seconds")).toBe(rig.timetable.next / 1000);
    expect(valueOf(families, "roboflow_exporter_poll_interval_seconds")).toBe(900);
    expect(valueOf(families, "roboflow_exporter_last_success_timestamp_seconds")).toBe(Date.parse(NOON) / 1000 + 1.5);
    const duration = families.get("roboflow_exporter_poll_duration_seconds")?.samples ?? [];
    expect(duration.find(({ name }) => name.endsWith("_sum"))?.value).toBe(1.5);
    const buckets = duration
      .filter(({ name }) => name.endsWith("_bucket"))
      .map(({ labels, value }) => [labels["le"], value]);
    expect(buckets.slice(3, 5)).toEqual([
      ["1", 0],
      ["2.5", 1],
    ]);
  });
});

describe("what ends a poll", () => {
  test.each([
    { interval: 900, deadlineMs: 900_000 },
    { interval: 60, deadlineMs: 60_000 },
    { interval: 86_400, deadlineMs: 900_000 },
  ])("a hanging poll is ended after $deadlineMs ms with an interval of $interval s", async (given) => {
    const clock = new ManualClock(NOON);
    const { client, waiting, aborted } = gatedClient();
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), {
      clock,
      client,
      intervalSeconds: given.interval,
    });
    const first = rig.start();
    await nextTurn();
    clock.advance(given.deadlineMs - 1);
    await nextTurn();
    expect(aborted).toEqual([]);
    clock.advance(1);
    await first;
    const families = await rig.families();
    expect(valueOf(families, "roboflow_exporter_last_poll_error", { reason: "timeout" })).toBe(1);
    expect(valueOf(families, "roboflow_exporter_poll_failures_total", { reason: "timeout" })).toBe(1);
    expect(rig.lines.at(-1)).toMatchObject({ level: "warn", msg: "poll failed", reason: "timeout" });
    const next = rig.poll();
    await nextTurn();
    waiting.at(-1)?.answer(answerOf(3));
    await next;
    expect(valueOf(await rig.families(), "roboflow_up")).toBe(1);
    expect(clock.sleeping).toBe(0);
  });

  test("one failed request ends the poll's other requests; nothing of it is published", async () => {
    const { client, waiting, aborted, asked } = gatedClient();
    const config = workspaceFrom({ windows: ["today", "7d", "28d"], poll: { concurrency: 2 } });
    const rig = await createRig(config, { clock: new ManualClock(NOON), client });
    const first = rig.start();
    await nextTurn();
    expect(asked).toHaveLength(2);
    waiting[0]?.fail(new ApiError("not found", { reason: "not_found", status: 404 }));
    await first;
    expect(asked).toHaveLength(2);
    expect(aborted.length).toBeGreaterThan(0);
    expect(aborted.map(String)).toContain("ApiError: the poll ended before the answer came");
    const families = await rig.families();
    expect(samplesOf(families, "roboflow_images_labeled")).toEqual([]);
    expect(valueOf(families, "roboflow_up")).toBe(0);
    expect(valueOf(families, "roboflow_data_stale")).toBe(1);
    expect(rig.lines.at(-1)).toMatchObject({ reason: "not_found", status: 404, error: "not found" });
  });

  test("stop() aborts a running poll at once, and its result is not published or logged", async () => {
    const { client, aborted } = gatedClient();
    const clock = new ManualClock(NOON);
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), { clock, client });
    rig.poller.start();
    await nextTurn();
    await rig.poller.stop();
    expect(aborted).not.toEqual([]);
    expect(rig.timetable.isStopped).toBe(true);
    expect([rig.states, rig.lines]).toEqual([[], []]);
    expect(clock.sleeping).toBe(0);
  });

  test("stop() ends the wait for jitter without logging a bug", async () => {
    const clock = new ManualClock(NOON);
    const rig = await createRig(workspaceFrom({ windows: ["today"], poll: { jitter: "30s" } }), {
      clock,
      client: clientOf(() => answerOf(1)),
      random: () => 0.5,
    });
    await rig.start();
    rig.timetable.tick();
    expect(clock.sleeping).toBe(1);
    await rig.poller.stop();
    expect(clock.sleeping).toBe(0);
    expect(rig.lines.filter(({ level }) => level === "error")).toEqual([]);
    expect(rig.states).toHaveLength(1);
  });

  test("stop() before the start is harmless", async () => {
    const rig = await createRig(workspaceFrom(), { clock: new ManualClock(NOON), client: clientOf(() => answerOf(1)) });
    await expect(rig.poller.stop()).resolves.toBeUndefined();
  });
});

describe("a bug", () => {
  const BUG = new TypeError("cannot read properties of undefined");

  test("in a parser fails that poll, keeps the last good data, and is logged with its stack", async () => {
    let polls = 0;
    const client = clientOf(() => {
      polls++;
      if (polls === 2) throw BUG;
      return answerOf(polls);
    });
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), { clock: new ManualClock(NOON), client });
    await rig.start();
    await rig.poll();
    const families = await rig.families();
    expect(valueOf(families, "roboflow_images_labeled")).toBe(1);
    expect(valueOf(families, "roboflow_up")).toBe(0);
    expect(valueOf(families, "roboflow_exporter_last_poll_error", { reason: "internal" })).toBe(1);
    expect(valueOf(families, "roboflow_exporter_poll_failures_total", { reason: "internal" })).toBe(1);
    const { err, ...line } = rig.lines.at(-1) ?? { err: undefined };
    expect(line).toMatchObject({ level: "error", msg: "poll failed", workspace: "acme", reason: "internal" });
    expect(line).toMatchObject({ error: expect.stringContaining("an unexpected TypeError, a bug") as unknown });
    expect(err).toMatchObject({ message: BUG.message, stack: BUG.stack });
    await rig.poll();
    expect(valueOf(await rig.families(), "roboflow_images_labeled")).toBe(3);
  });

  test.each([
    {
      name: "a publication",
      broken: { place: (place: Place) => ({ ...place, publishSource: () => Promise.reject(BUG) }) },
      published: [undefined, undefined],
    },
    {
      name: "what keeps a good poll",
      broken: {
        onGoodPoll: () => {
          throw BUG;
        },
      },
      published: [undefined, "internal"],
    },
  ])("in $name fails that poll too; the next one is polled", async ({ broken, published }) => {
    const client = clientOf(() => answerOf(1));
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), {
      clock: new ManualClock(NOON),
      client,
      ...broken,
    });
    await rig.start();
    expect(rig.states.map((state) => firstSource(state)[1].failure)).toEqual(published);
    await rig.poll();
    const ends = rig.lines.filter(({ msg }) => msg === "poll failed");
    expect(ends.map(({ level, reason }) => [level, reason])).toEqual([
      ["error", "internal"],
      ["error", "internal"],
    ]);
    expect(valueOf(await rig.families(), "roboflow_exporter_poll_failures_total", { reason: "internal" })).toBe(2);
  });

  test("while the name is resolved is followed by another attempt at the next run", async () => {
    let publications = 0;
    const publish = (place: Place) => (change: Parameters<Place["publish"]>[0]) =>
      publications++ === 0 ? Promise.reject(BUG) : place.publish(change);
    const rig = await createRig(workspaceFrom({ windows: ["today"], name: undefined }), {
      clock: new ManualClock(NOON),
      client: clientOf(() => answerOf(1)),
      place: (place) => ({ ...place, publish: publish(place) }),
    });
    rig.poller.start();
    await nextTurn();
    await nextTurn();
    expect(rig.lines.map(({ level, msg }) => [level, msg])).toEqual([
      ["error", "a poll ended on a bug; the next one comes as planned"],
    ]);
    await rig.poll();
    expect(rig.lines.at(-1)).toMatchObject({ msg: "poll succeeded", workspace: "acme" });
  });
});

describe("Retry-After", () => {
  test("keeps later polls from calling the API until its time is up", async () => {
    const clock = new ManualClock(NOON);
    let calls = 0;
    const client = clientOf(() => {
      calls++;
      if (calls > 1) return answerOf(5);
      throw new ApiError("too many requests", { reason: "rate_limited", status: 429, retryAfterMs: 1_800_000 });
    });
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), { clock, client });
    await rig.start();
    clock.advance(900_000);
    await rig.poll();
    clock.advance(899_999);
    await rig.poll();
    expect(calls).toBe(1);
    expect(rig.lines.at(-1)).toMatchObject({
      reason: "rate_limited",
      error: expect.stringContaining("Retry-After") as unknown,
    });
    expect(valueOf(await rig.families(), "roboflow_exporter_poll_failures_total", { reason: "rate_limited" })).toBe(3);
    clock.advance(1);
    await rig.poll();
    expect(calls).toBe(2);
    expect(valueOf(await rig.families(), "roboflow_up")).toBe(1);
  });
});

test.each([
  { name: "set back", jumpMs: -10_800_000 },
  { name: "set forward", jumpMs: 259_200_000 },
])("the silence of Retry-After lasts as long as asked, though the clock is $name", async ({ jumpMs }) => {
  const clock = new ManualClock(NOON);
  let calls = 0;
  const client = clientOf(() => {
    calls++;
    if (calls > 1) return answerOf(5);
    throw new ApiError("too many requests", { reason: "rate_limited", status: 429, retryAfterMs: 1_800_000 });
  });
  const rig = await createRig(workspaceFrom({ windows: ["today"] }), { clock, client });
  await rig.start();
  clock.jump(jumpMs);
  clock.advance(1_799_999);
  await rig.poll();
  expect(calls).toBe(1);
  clock.advance(1);
  await rig.poll();
  expect(calls).toBe(2);
});

describe("a clock that is set while a poll runs", () => {
  test.each([-10_800_000, 259_200_000])("by %i ms changes no duration", async (jumpMs) => {
    const clock = new ManualClock(NOON);
    const client = clientOf(() => {
      clock.advance(1500);
      clock.jump(jumpMs);
      return answerOf(1);
    });
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), { clock, client });
    await rig.start();
    const families = await rig.families();
    const { samples = [] } = families.get("roboflow_exporter_poll_duration_seconds") ?? {};
    expect(samples.find(({ name }) => name.endsWith("_sum"))?.value).toBe(1.5);
    expect(rig.lines.at(-1)).toMatchObject({ msg: "poll succeeded", durationMs: 1500 });
    const endedAt = (Date.parse(NOON) + 1500 + jumpMs) / 1000;
    expect(valueOf(families, "roboflow_exporter_last_success_timestamp_seconds")).toBe(endedAt);
    expect(valueOf(families, "roboflow_data_stale")).toBe(0);
  });

  test("may cause a tick that is not counted as an overlap", async () => {
    const { client, waiting } = gatedClient();
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), { clock: new ManualClock(NOON), client });
    const first = rig.start();
    await nextTurn();
    rig.timetable.tick(true);
    waiting[0]?.answer(answerOf(7));
    await first;
    expect(valueOf(await rig.families(), "roboflow_exporter_polls_skipped_total")).toBe(0);
  });
});

describe("the log", () => {
  test("has one line per poll; each notice only once, and never more than a hundred", async () => {
    let polls = 0;
    const client = clientOf(() => {
      polls++;
      const notices = Array.from({ length: 20 }, (_, index) => `notice ${polls > 2 ? polls : 0}.${index}`);
      return { ...answerOf(1), meta: { notices } };
    });
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), { clock: new ManualClock(NOON), client });
    await rig.start();
    const seen = () => rig.lines.filter(({ msg }) => msg === "API notice");
    expect(seen()).toHaveLength(20);
    expect(seen()[0]).toMatchObject({ level: "info", workspace: "acme", notice: "notice 0.0" });
    await rig.poll();
    expect(seen()).toHaveLength(20);
    for (let poll = 0; poll < 6; poll++) await rig.poll();
    expect(seen()).toHaveLength(100);
    expect(rig.lines.filter(({ msg }) => msg === "poll succeeded")).toHaveLength(8);
    expect(rig.lines.at(-1)).toMatchObject({ level: "info", workspace: "acme", durationMs: 0, series: 5 });
    expect(valueOf(await rig.families(), "roboflow_exporter_api_notices")).toBe(20);
  });

  test("says which families the series limit left out, and again only when they change", async () => {
    let labelers = 1;
    const client = clientOf(() => ({
      data: Array.from({ length: labelers }, (_, index) => answerOf(1, { project: "p", labeler: `l${index}` }).data[0]),
      stats: { numImagesLabeled: 1 },
    }));
    const config = workspaceFrom({ windows: ["today"], limits: { series: 5 } });
    const rig = await createRig(config, { clock: new ManualClock(NOON), client });
    const warnings = () => rig.lines.filter(({ level }) => level === "warn");
    await rig.start();
    expect(warnings()).toEqual([]);
    labelers = 2;
    await rig.poll();
    await rig.poll();
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatchObject({
      msg: "series limit reached, families left out; raise limits.series",
      droppedFamilies: ["roboflow_images_labeled"],
      droppedSeries: 2,
    });
    const families = await rig.families();
    expect(valueOf(families, "roboflow_exporter_series")).toBe(5);
    expect(valueOf(families, "roboflow_exporter_series_dropped", { reason: "series_limit" })).toBe(2);
    labelers = 1;
    await rig.poll();
    labelers = 2;
    await rig.poll();
    expect(warnings()).toHaveLength(2);
  });
});
