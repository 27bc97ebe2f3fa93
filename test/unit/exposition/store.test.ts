import { describe, expect, test } from "vitest";
import type { StatsQuery } from "../../../src/sources/insights/requests.ts";
import { ApiError } from "../../../src/errors.ts";
import { FAILURE_REASONS } from "../../../src/failures.ts";
import { textOf } from "../../../src/exposition/chunk.ts";
import { DATA_METRICS } from "../../../src/exposition/catalogue.ts";
import type { WorkspaceState } from "../../../src/exposition/workspace-state.ts";
import { initialSourceState, workspaceState } from "../../../src/poller/state.ts";
import { createSnapshotStore } from "../../../src/exposition/store.ts";
import { createRig, HandTimetable, workspaceFrom } from "../../support/exporter-harness.ts";
import { type ParsedFamily, parseExposition, samplesOf, valueOf } from "../../support/exposition.ts";
import { clientOf, firstSource, stateAfterPoll, withFirstSource } from "../../support/golden.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const LABELERS = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map<string, string>() };
const POLLED = "2026-11-18T12:00:00Z";

interface Work {
  readonly project: string;
  readonly labeler: string;
  readonly images: number;
  readonly name?: string;
}

function answerOf(work: readonly Work[]) {
  return {
    data: work.map(({ project, labeler, images, name = project }) => ({
      projectId: project,
      projectName: name,
      labelerId: labeler,
      imagesLabeled: images,
    })),
    labelers: work.map(({ labeler, name = labeler }) => ({ id: labeler, displayName: name })),
    stats: { numImagesLabeled: work.length },
  };
}

const ONE: readonly Work[] = [{ project: "p1", labeler: "l1", images: 3 }];

function goodState(settings: Readonly<Record<string, unknown>> = {}, work = ONE): Promise<WorkspaceState> {
  const config = workspaceFrom({ windows: ["today"], ...settings });
  return stateAfterPoll(
    config,
    LABELERS,
    clientOf(() => answerOf(work)),
  );
}

/** A workspace of which only the first source is polled, and was not yet. */
function stateBefore(settings: Readonly<Record<string, unknown>> = {}): WorkspaceState {
  const config = workspaceFrom(settings);
  const state = initialSourceState(config.poll, new HandTimetable(), Date.parse(POLLED));
  return workspaceState({ workspace: config, people: LABELERS }, config.name ?? "", new Map([["insights", state]]));
}

async function familiesOf(store: Awaited<ReturnType<typeof createSnapshotStore>>): Promise<Map<string, ParsedFamily>> {
  return parseExposition(textOf(await store.current()));
}

/** Names of the families that have API data. */
function dataNames(families: ReadonlyMap<string, ParsedFamily>): string[] {
  return DATA_METRICS.map(({ name }) => name).filter((name) => families.has(name));
}

describe("before the first poll", () => {
  test("there is only health, with every reason at 0", async () => {
    const store = await createSnapshotStore([stateBefore()], new ManualClock(POLLED));
    const families = await familiesOf(store);
    expect(dataNames(families)).toEqual([]);
    expect(valueOf(families, "roboflow_up")).toBe(0);
    expect(valueOf(families, "roboflow_data_stale")).toBe(1);
    expect(valueOf(families, "roboflow_exporter_series")).toBe(0);
    expect(valueOf(families, "roboflow_exporter_series_limit")).toBe(50_000);
    const errors = samplesOf(families, "roboflow_exporter_last_poll_error");
    expect(errors.map(({ labels, value }) => [labels["reason"], value])).toEqual(FAILURE_REASONS.map((r) => [r, 0]));
    for (const name of ["last_poll_timestamp_seconds", "last_success_timestamp_seconds", "api_notices"])
      expect(families.has(`roboflow_exporter_${name}`)).toBe(false);
    expect(store.isEverySourcePolled()).toBe(false);
  });
});

describe("data that is too old", () => {
  test("is withdrawn exactly at stale_after, while the health stays; a good poll brings it back", async () => {
    const clock = new ManualClock(POLLED);
    const state = await goodState({ poll: { stale_after: "1h" } });
    const store = await createSnapshotStore([state], clock);
    clock.advanceTo("2026-11-18T12:59:59.999Z");
    const fresh = await store.current();
    expect(await store.current()).toBe(fresh);
    expect(dataNames(await familiesOf(store))).toContain("roboflow_images_labeled");
    clock.advanceTo("2026-11-18T13:00:00Z");
    const [withdrawn, same] = await Promise.all([store.current(), store.current()]);
    expect(same).toBe(withdrawn);
    expect(await store.current()).toBe(withdrawn);
    const families = await familiesOf(store);
    expect(dataNames(families)).toEqual([]);
    expect(valueOf(families, "roboflow_data_stale")).toBe(1);
    expect(valueOf(families, "roboflow_up")).toBe(1);
    expect(valueOf(families, "roboflow_exporter_series")).toBe(0);
    expect(valueOf(families, "roboflow_exporter_last_success_timestamp_seconds")).toBe(Date.parse(POLLED) / 1000);
    await store.places[0]?.publish(withFirstSource(state, { lastPoll: clock.moment(), lastSuccess: clock.moment() }));
    const back = await familiesOf(store);
    expect(valueOf(back, "roboflow_images_labeled")).toBe(3);
    expect(valueOf(back, "roboflow_data_stale")).toBe(0);
  });

  test("is withdrawn workspace by workspace", async () => {
    const clock = new ManualClock(POLLED);
    const short = await goodState({ name: "short", poll: { stale_after: "1h" } });
    const long = await goodState({ name: "long", poll: { stale_after: "2h" } });
    const store = await createSnapshotStore([short, long], clock);
    const workspaces = async () =>
      samplesOf(await familiesOf(store), "roboflow_images_labeled").map(({ labels }) => labels["workspace"]);
    expect(await workspaces()).toEqual(["long", "short"]);
    clock.advance(3_600_000);
    expect(await workspaces()).toEqual(["long"]);
    clock.advance(3_600_000);
    expect(await workspaces()).toEqual([]);
    expect((await store.current()).freshForMs).toBeUndefined();
  });

  test.each([
    { interval: 900, staleMs: 3_600_000 },
    { interval: 3600, staleMs: 10_800_000 },
  ])("is by default older than three intervals of $interval s and an hour", ({ interval, staleMs }) => {
    expect(initialSourceState(workspaceFrom({ poll: {} }).poll, new HandTimetable(interval), 0).staleAfterMs).toBe(
      staleMs,
    );
  });
});

describe("several workspaces", () => {
  test("are independent: one that fails keeps the other's data, and does not delay it", async () => {
    const clock = new ManualClock(POLLED);
    const store = await createSnapshotStore([stateBefore({ name: "a" }), stateBefore({ name: "b" })], clock);
    await store.places[1]?.publish(await goodState({ name: "b" }));
    expect(store.isEverySourcePolled()).toBe(false);
    await store.places[0]?.publish(
      withFirstSource(stateBefore({ name: "a" }), { lastPoll: clock.moment(), failure: "network" }),
    );
    expect(store.isEverySourcePolled()).toBe(true);
    const families = await familiesOf(store);
    expect(samplesOf(families, "roboflow_up").map(({ value }) => value)).toEqual([0, 1]);
    expect(valueOf(families, "roboflow_images_labeled", { workspace: "b" })).toBe(3);
    expect(samplesOf(families, "roboflow_images_labeled", { workspace: "a" })).toEqual([]);
  });

  test("that publish at the same time are both seen; states() are those of the snapshot", async () => {
    const clock = new ManualClock(POLLED);
    const store = await createSnapshotStore([stateBefore({ name: "a" }), stateBefore({ name: "b" })], clock);
    const [a, b] = [await goodState({ name: "a" }), await goodState({ name: "b" })];
    const published = [a, b].flatMap((state, index) => store.places[index]?.publish(state) ?? []);
    expect(store.states().map((state) => firstSource(state)[1].lastPoll)).toEqual([undefined, undefined]);
    expect(store.isEverySourcePolled()).toBe(false);
    await Promise.all(published);
    expect(samplesOf(await familiesOf(store), "roboflow_images_labeled")).toHaveLength(2);
    expect(store.states()).toEqual([a, b]);
  });
});

test("no snapshot mixes two polls of a source, or loses one source's data while another's is published", async () => {
  const config = workspaceFrom({ windows: ["today"], legacy: true });
  const [start, end] = [Date.parse("2026-11-18T00:00:00Z"), Date.parse("2026-11-19T00:00:00Z") - 1];
  const stateOf = (poll: number) => {
    const numbers = { total_images_labeled: poll, total_boxes_created: poll };
    const data = [{ projectId: "own", projectName: `${poll}`, ...numbers, num_images_marked_null: poll }];
    const ticks = [{ start_ms: start, end_ms: end, values: { l9: numbers } }];
    const client = clientOf(() => answerOf(ONE), { legacy: () => ({ data: { data, ticks } }) });
    return stateAfterPoll(config, LABELERS, client);
  };
  const states = await Promise.all(Array.from({ length: 20 }, (_, index) => stateOf(index + 1)));
  const [first] = states;
  if (!first) throw new Error("no state");
  const store = await createSnapshotStore([first], new ManualClock(POLLED));
  const polls = (families: Map<string, ParsedFamily>) => {
    const values = [...families].flatMap(([name, { samples }]) =>
      /^roboflow_legacy_(?:labeler_)?(?:images|boxes)/.test(name) ? samples.map(({ value }) => value) : [],
    );
    const names = samplesOf(families, "roboflow_project_info", { project: "own" });
    return [...values, ...names.map(({ labels }) => Number(labels["project_name"]))];
  };
  const seen: number[] = [];
  for (const { sources } of states) {
    const published = [...sources].toReversed().map(([name, one]) => store.places[0]?.publishSource(name, one));
    for (const wait of [Promise.resolve(), ...published]) {
      await wait;
      const families = await familiesOf(store);
      const read = polls(families);
      expect(read).toEqual(Array(6).fill(read[0]));
      expect(valueOf(families, "roboflow_images_labeled")).toBe(3);
      seen.push(read[0] ?? NaN);
    }
  }
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(new Set(seen).size).toBe(20);
});

describe("from one poll to the next", () => {
  const TWO: readonly Work[] = [
    { project: "p1", labeler: "l1", images: 3 },
    { project: "p2", labeler: "l2", images: 4 },
  ];

  async function polls(...answers: readonly (readonly Work[])[]) {
    const rest = [...answers];
    const client = clientOf(() => answerOf(rest.shift() ?? []));
    const rig = await createRig(workspaceFrom({ windows: ["today"] }), { clock: new ManualClock(POLLED), client });
    await rig.start();
    const first = await rig.families();
    await rig.poll();
    return [first, await rig.families()] as const;
  }

  test("a project and a labeler missing from the answer disappear from the metrics", async () => {
    const [before, after] = await polls(TWO, TWO.slice(0, 1));
    expect(samplesOf(before, "roboflow_project_info")).toHaveLength(2);
    for (const name of ["roboflow_images_labeled", "roboflow_project_info", "roboflow_labeler_info"]) {
      expect(samplesOf(after, name)).toHaveLength(1);
      expect(samplesOf(after, name, { project: "p2" })).toEqual([]);
      expect(samplesOf(after, name, { labeler: "l2" })).toEqual([]);
    }
  });

  test("an empty answer is a good poll that withdraws everything", async () => {
    const [, after] = await polls(TWO, []);
    expect(after.has("roboflow_images_labeled")).toBe(false);
    expect(valueOf(after, "roboflow_workspace_images_labeled")).toBe(0);
    expect(valueOf(after, "roboflow_up")).toBe(1);
  });

  test("a new name changes the info series and no other", async () => {
    const renamed = TWO.map((work) => ({ ...work, name: `New ${work.project}` }));
    const [before, after] = await polls(TWO, renamed);
    const differs = dataNames(before).filter((name) => {
      const [one, other] = [before.get(name), after.get(name)];
      return JSON.stringify(one) !== JSON.stringify(other);
    });
    expect(differs).toEqual(["roboflow_project_info", "roboflow_labeler_info"]);
    expect(samplesOf(after, "roboflow_project_info").map(({ labels }) => labels["project_name"])).toEqual([
      "New p1",
      "New p2",
    ]);
  });
});

describe("the days that are asked for", () => {
  test.each([
    {
      name: "just before midnight",
      at: "2026-11-18T23:59:59.999Z",
      zone: "UTC",
      window: "today",
      range: ["2026-11-18", "2026-11-18"],
    },
    {
      name: "at midnight",
      at: "2026-11-19T00:00:00Z",
      zone: "UTC",
      window: "today",
      range: ["2026-11-19", "2026-11-19"],
    },
    {
      name: "in a zone ahead",
      at: "2026-11-18T23:30:00Z",
      zone: "Europe/Berlin",
      window: "7d",
      range: ["2026-11-13", "2026-11-19"],
    },
    {
      name: "in a zone behind",
      at: "2026-11-19T04:00:00Z",
      zone: "America/New_York",
      window: "today",
      range: ["2026-11-18", "2026-11-18"],
    },
    {
      name: "over a month's end",
      at: "2026-12-01T10:00:00Z",
      zone: "UTC",
      window: "7d",
      range: ["2026-11-25", "2026-12-01"],
    },
    {
      name: "on the first of a month",
      at: "2026-12-01T10:00:00Z",
      zone: "UTC",
      window: "month",
      range: ["2026-12-01", "2026-12-01"],
    },
    {
      name: "on a leap day",
      at: "2028-02-29T10:00:00Z",
      zone: "UTC",
      window: "28d",
      range: ["2028-02-02", "2028-02-29"],
    },
    {
      name: "after a leap day",
      at: "2028-03-01T10:00:00Z",
      zone: "UTC",
      window: "7d",
      range: ["2028-02-24", "2028-03-01"],
    },
    {
      name: "on a Sunday",
      at: "2026-11-22T10:00:00Z",
      zone: "UTC",
      window: "week",
      range: ["2026-11-16", "2026-11-22"],
    },
    {
      name: "over a year's end",
      at: "2026-12-31T23:30:00Z",
      zone: "Europe/Berlin",
      window: "week",
      range: ["2026-12-28", "2027-01-01"],
    },
    // Clocks go forward on 2026-03-29 at 01:00 UTC and back on 2026-10-25 at 01:00 UTC.
    {
      name: "when clocks go forward",
      at: "2026-03-29T22:00:00Z",
      zone: "Europe/Berlin",
      window: "7d",
      range: ["2026-03-24", "2026-03-30"],
    },
    {
      name: "the evening before that",
      at: "2026-03-28T22:59:59Z",
      zone: "Europe/Berlin",
      window: "7d",
      range: ["2026-03-22", "2026-03-28"],
    },
    {
      name: "when clocks go back",
      at: "2026-10-25T22:59:59Z",
      zone: "Europe/Berlin",
      window: "7d",
      range: ["2026-10-19", "2026-10-25"],
    },
    {
      name: "an hour after that",
      at: "2026-10-25T23:00:00Z",
      zone: "Europe/Berlin",
      window: "7d",
      range: ["2026-10-20", "2026-10-26"],
    },
    { name: "for all", at: "2026-11-18T10:00:00Z", zone: "UTC", window: "all", range: ["2023-08-01", "2026-11-18"] },
    {
      name: "before the data begins",
      at: "2023-08-03T10:00:00Z",
      zone: "UTC",
      window: "28d",
      range: ["2023-08-01", "2023-08-03"],
    },
  ])("$name ($window, $zone) are $range", async ({ at, zone, window, range }) => {
    const asked: StatsQuery[] = [];
    const client = clientOf((query) => (asked.push(query), answerOf(ONE)));
    const config = workspaceFrom({ windows: [window], poll: { timezone: zone } });
    await (await createRig(config, { clock: new ManualClock(at), client })).start();
    expect(asked).toEqual([{ startDate: range[0], endDate: range[1] }]);
  });

  test("come from one today, even if midnight passes during the poll", async () => {
    const clock = new ManualClock("2026-11-18T23:59:59Z");
    const asked: StatsQuery[] = [];
    const client = clientOf((query) => {
      asked.push(query);
      clock.advance(2_000);
      return answerOf(ONE);
    });
    const config = workspaceFrom({ windows: ["today", "7d", "28d"], poll: { concurrency: 1 } });
    const rig = await createRig(config, { clock, client });
    await rig.start();
    expect(asked.map(({ endDate }) => endDate)).toEqual(["2026-11-18", "2026-11-18", "2026-11-18"]);
    await rig.poll();
    expect(asked.slice(3).map(({ endDate }) => endDate)).toEqual(["2026-11-19", "2026-11-19", "2026-11-19"]);
  });
});

test("two project slugs that answer with one project mean an ignored filter", async () => {
  const counted: string[] = [];
  const config = workspaceFrom({ windows: ["today"], projects: ["one", "two"] });
  const rig = await createRig(config, { clock: new ManualClock(POLLED), client: clientOf(() => answerOf(ONE)) });
  await rig.start();
  counted.push(String(rig.lines.at(-1)?.["error"]));
  expect(counted).toEqual(["the API ignored the filter project=two: the answer holds other rows"]);
  expect(valueOf(await rig.families(), "roboflow_exporter_schema_anomalies_total", { field: "project" })).toBe(1);
});

test("a failure that brings no data leaves what was known and says so", async () => {
  let isDown = false;
  const client = clientOf(() => {
    if (isDown) throw new ApiError("too large", { reason: "too_large", status: 200 });
    return answerOf(ONE);
  });
  const clock = new ManualClock(POLLED);
  const rig = await createRig(workspaceFrom({ windows: ["today"] }), { clock, client });
  await rig.start();
  isDown = true;
  clock.advance(60_000);
  await rig.poll();
  const families = await rig.families();
  expect(valueOf(families, "roboflow_images_labeled")).toBe(3);
  expect(valueOf(families, "roboflow_exporter_last_poll_timestamp_seconds")).toBe(Date.parse(POLLED) / 1000 + 60);
  expect(valueOf(families, "roboflow_exporter_last_success_timestamp_seconds")).toBe(Date.parse(POLLED) / 1000);
  expect(samplesOf(families, "roboflow_exporter_last_poll_error").filter(({ value }) => value === 1)).toHaveLength(1);
});
