import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createClient } from "../../src/roboflow/client.ts";
import { createDispatcher, type Dispatcher } from "../../src/roboflow/dispatcher.ts";
import { daysRange } from "../../src/calendar/zones.ts";
import { startSimulator, type SimulatedWorkspace, type Simulator } from "../../src/simulator/server.ts";
import { type Rig, configFrom, createRig, scrape, startHarness, workspaceFrom } from "../support/exporter-harness.ts";
import { type ParsedFamily, samplesOf, valueOf } from "../support/exposition.ts";
import { askLegacy } from "../support/legacy-answer.ts";
import { ManualClock } from "../support/manual-clock.ts";

const NOW = "2026-11-18T15:00:00Z";
const LEGACY = { match: { endpoint: "workspace-stats" } } as const;
const HOUR_MS = 3_600_000;

let clock: ManualClock;
let simulator: Simulator;
let dispatcher: Dispatcher;

beforeEach(async () => {
  clock = new ManualClock(NOW);
  simulator = await startSimulator({ port: 0, seed: 1, now: clock.now });
  dispatcher = createDispatcher({});
});

afterEach(async () => {
  await simulator.close();
  await dispatcher.destroy();
});

function simulated(): SimulatedWorkspace {
  const [workspace] = simulator.workspaces;
  if (!workspace) throw new Error("no workspace");
  return workspace;
}

type Families = ReadonlyMap<string, ParsedFamily>;

/** The simulator's first workspace on the rig, with the real client. */
async function rigFor(settings: Readonly<Record<string, unknown>> = {}, isNamed = true): Promise<Rig> {
  const { name, apiKey } = simulated();
  const known = workspaceFrom({ name, api_key: apiKey, windows: ["7d"], legacy: true, ...settings });
  const config = isNamed ? known : { ...known, name: undefined };
  const options = { ...config.api, url: simulator.url, apiKey: config.apiKey };
  const deps = { dispatcher, clock, random: () => 0, redact: (text: string) => text };
  const rig = await createRig(config, {
    clock,
    askFor: ({ requested, retried }) =>
      createClient(options, { ...deps, observer: { onRequest: requested, onRetry: retried } }),
  });
  onTestFinished(async () => {
    await rig.poller.stop();
  });
  return rig;
}

/** Starts both pollers and waits for the end of both first polls. */
async function started(rig: Rig): Promise<Families> {
  await Promise.all([rig.polled("legacy"), rig.start()]);
  return rig.families();
}

function legacyNames(families: Families): string[] {
  return [...families.keys()].filter((name) => name.startsWith("roboflow_legacy_")).toSorted();
}

const LEGACY_SOURCE = { source: "legacy" } as const;
const INSIGHTS = { source: "insights" } as const;

/** The health of both sources: [legacy up, legacy available, insights up, failed polls of each]. */
function health(families: Families): (number | undefined)[] {
  const failed = (labels: typeof LEGACY_SOURCE | typeof INSIGHTS) =>
    samplesOf(families, "roboflow_exporter_poll_failures_total", labels).reduce((sum, { value }) => sum + value, 0);
  return [
    valueOf(families, "roboflow_up", LEGACY_SOURCE),
    valueOf(families, "roboflow_source_available", LEGACY_SOURCE),
    valueOf(families, "roboflow_up", INSIGHTS),
    failed(LEGACY_SOURCE),
    failed(INSIGHTS),
  ];
}

function legacyQueries(): URLSearchParams[] {
  return simulator.requests
    .filter(({ path }) => path === "/workspace-stats")
    .map(({ query }) => new URLSearchParams(query));
}

test("what an hour costs is published where it is configured, and goes with the time that it costs", async () => {
  const configured = await rigFor({ cost_per_hour: 12.5 });
  const labels = { workspace: simulated().name };
  expect(valueOf(await started(configured), "roboflow_cost_per_hour", labels)).toBe(12.5);
  expect((await started(await rigFor())).has("roboflow_cost_per_hour")).toBe(false);
  simulator.setFaults([{ ...LEGACY, status: 404 }]);
  await configured.poll("legacy");
  expect((await configured.families()).has("roboflow_cost_per_hour")).toBe(false);
});

describe("what is published", () => {
  test("is what the endpoint says, in base units, project by project and labeler by labeler", async () => {
    const families = await started(await rigFor());
    const { startMs, endMs } = daysRange("2026-11-12", "2026-11-18", "UTC");
    const truth = await askLegacy(simulator, startMs, endMs);
    expect(truth.data.length).toBeGreaterThan(2);
    for (const row of truth.data) {
      const labels = { project: row.projectId, window: "7d" };
      const value = (name: string) => valueOf(families, `roboflow_legacy_${name}`, labels);
      expect(value("annotating_seconds")).toBeCloseTo((row["total_time_spent_annotating_minutes"] ?? 0) * 60, 3);
      expect(value("images_labeled")).toBe(row["total_images_labeled"]);
      expect(value("boxes_created")).toBe(row["total_boxes_created"]);
      expect(value("seconds_per_image")).toBe(row["seconds_per_image"]);
      expect(value("images_marked_null")).toBe(row["num_images_marked_null"]);
      const rate = row["acceptance_rate"] ?? 0;
      expect(value("acceptance_ratio")).toBe(rate === 0 ? undefined : Number((rate / 100).toFixed(4)));
    }
    expect(samplesOf(families, "roboflow_legacy_images_labeled")).toHaveLength(truth.data.length);
    const labelers = [...new Set(truth.ticks.flatMap(({ values }) => Object.keys(values)))].toSorted();
    const sum = (labeler: string, field: string) =>
      truth.ticks.reduce((total, { values }) => total + (values[labeler]?.[field] ?? 0), 0);
    const reported = samplesOf(families, "roboflow_legacy_labeler_images_labeled");
    expect(reported.map(({ labels, value }) => [labels["labeler"], value])).toEqual(
      labelers.map((labeler) => [labeler, sum(labeler, "total_images_labeled")]),
    );
    const seconds = samplesOf(families, "roboflow_legacy_labeler_annotating_seconds");
    for (const { labels, value } of seconds)
      expect(value).toBeCloseTo(60 * sum(labels["labeler"] ?? "", "total_time_spent_annotating_minutes"), 2);
    expect(valueOf(families, "roboflow_legacy_last_updated_timestamp_seconds")).toBe(
      Date.parse(truth.last_updated) / 1000,
    );
    expect(health(families)).toEqual([1, 1, 1, 0, 0]);
  });

  test("is asked for in milliseconds, with borders in the configured zone, window after window", async () => {
    // In Kolkata it is the 19th already; the clocks of Berlin went back on the 25th of October.
    clock.advanceTo("2026-11-18T20:00:00Z");
    await started(await rigFor({ windows: ["today", "all"], poll: { timezone: "Asia/Kolkata" } }));
    await started(await rigFor({ windows: ["28d", "1300d"], poll: { timezone: "Europe/Berlin" } }));
    const asked = legacyQueries().map((query) =>
      ["start", "end"].map((name) => new Date(Number(query.get(name))).toISOString()),
    );
    expect(asked).toEqual([
      ["2026-11-18T18:30:00.000Z", "2026-11-19T18:29:59.999Z"],
      ["2023-07-31T18:30:00.000Z", "2026-11-19T18:29:59.999Z"],
      ["2026-10-21T22:00:00.000Z", "2026-11-18T22:59:59.999Z"],
      // The window's own first day: before 2023-08-01, where the other endpoint has nothing.
      ["2023-04-28T22:00:00.000Z", "2026-11-18T22:59:59.999Z"],
    ]);
  });

  test("has one name for each id, from the other endpoint where that has it and else from this one", async () => {
    const rig = await rigFor({ windows: ["28d"] });
    simulator.setFaults([{ match: { endpoint: "stats" }, times: 1, status: 500 }]);
    const alone = await started(rig);
    const ids = (families: Families, kind: string) =>
      samplesOf(families, `roboflow_${kind}_info`).map(({ labels }) => labels[kind]);
    const types = (families: Families) =>
      new Set(samplesOf(families, "roboflow_project_info").map(({ labels }) => labels["project_type"]));
    const reported = (name: string, label: string) => samplesOf(alone, name).map(({ labels }) => labels[label]);
    expect(ids(alone, "project")).toEqual(reported("roboflow_legacy_images_labeled", "project"));
    expect(ids(alone, "labeler")).toEqual(reported("roboflow_legacy_labeler_images_labeled", "labeler"));
    expect(types(alone)).toEqual(new Set(["unknown"]));
    await rig.poll();
    const both = await rig.families();
    for (const kind of ["project", "labeler"]) expect(new Set(ids(both, kind)).size).toBe(ids(both, kind).length);
    expect(ids(both, "project").toSorted()).toEqual(ids(alone, "project").toSorted());
    expect(types(both)).not.toContain("unknown");
  });

  test("counts drift of its answers as the other polls' is counted", async () => {
    simulator.setFaults([{ ...LEGACY, drift: "unknown_fields" }]);
    const families = await started(await rigFor());
    const fields = samplesOf(families, "roboflow_exporter_schema_anomalies_total", { reason: "unknown_field" });
    expect(fields.map(({ labels }) => labels["field"])).toContain("legacy.data.secondsSpent");
    expect(health(families)).toEqual([1, 1, 1, 0, 0]);
  });

  test("loses a window that is over at midnight, though its last poll was good", async () => {
    clock.advanceTo("2026-11-18T23:00:00Z");
    const rig = await rigFor({ windows: ["today", "7d"] });
    const windows = (families: Families) =>
      new Set(samplesOf(families, "roboflow_legacy_images_labeled").map(({ labels }) => labels["window"]));
    expect(windows(await started(rig))).toEqual(new Set(["7d", "today"]));
    clock.advanceTo("2026-11-19T00:00:00Z");
    expect(windows(await rig.families())).toEqual(new Set(["7d"]));
  });
});

describe("an endpoint that is gone", () => {
  test.each([404, 410])("(%s) is a state: reported once, without data, without harm", async (status) => {
    simulator.setFaults([{ ...LEGACY, status }]);
    const rig = await rigFor();
    const families = await started(rig);
    expect(health(families)).toEqual([1, 0, 1, 0, 0]);
    expect(legacyNames(families)).toEqual([]);
    expect(samplesOf(families, "roboflow_images_labeled").length).toBeGreaterThan(0);
    await rig.poll("legacy");
    const reported = rig.lines.filter(({ msg }) => msg.startsWith("the endpoint is gone"));
    expect(reported.map(({ level, status: code }) => [level, code])).toEqual([
      ["info", status],
      ["debug", status],
    ]);
    expect(rig.lines.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
    expect(legacyQueries()).toHaveLength(2);
  });

  test("takes its data along, and brings it back when it is there again", async () => {
    const rig = await rigFor();
    const before = await started(rig);
    expect(legacyNames(before).length).toBeGreaterThan(8);
    simulator.setFaults([{ ...LEGACY, status: 410 }]);
    await rig.poll("legacy");
    const gone = await rig.families();
    expect(legacyNames(gone)).toEqual([]);
    expect(health(gone)).toEqual([1, 0, 1, 0, 0]);
    simulator.setFaults([]);
    await rig.poll("legacy");
    const back = await rig.families();
    expect(legacyNames(back)).toEqual(legacyNames(before));
    expect(health(back)).toEqual([1, 1, 1, 0, 0]);
  });
});

describe("an endpoint that fails", () => {
  test.each([
    { what: "a server error", fault: { status: 500 }, reason: "http" },
    { what: "a rejected key", fault: { status: 401 }, reason: "unauthorized" },
    { what: "another form", fault: { html: true }, reason: "invalid_json" },
  ] as const)(
    "with $what keeps its last good data, and is reported as its own failure only",
    async ({ fault, reason }) => {
      const rig = await rigFor();
      const before = await started(rig);
      simulator.setFaults([{ ...LEGACY, ...fault }]);
      await rig.poll("legacy");
      const after = await rig.families();
      expect(legacyNames(after)).toEqual(legacyNames(before));
      expect(after.get("roboflow_legacy_annotating_seconds")).toEqual(before.get("roboflow_legacy_annotating_seconds"));
      expect(health(after)).toEqual([0, 1, 1, 1, 0]);
      const errors = (families: Families) => samplesOf(families, "roboflow_exporter_last_poll_error", INSIGHTS);
      expect(errors(after)).toEqual(errors(before));
      expect(valueOf(after, "roboflow_exporter_last_poll_error", { ...LEGACY_SOURCE, reason })).toBe(1);
      expect(rig.lines.at(-1)).toMatchObject({ level: "warn", msg: "poll failed", source: "legacy", reason });
    },
  );

  test("from the start has no data, and whether it is there is unknown", async () => {
    simulator.setFaults([{ ...LEGACY, status: 503 }]);
    expect(health(await started(await rigFor()))).toEqual([0, undefined, 1, 1, 0]);
  });

  test("loses its data after three of its intervals, while the other polls' stays; and they do not wait for it", async () => {
    const rig = await rigFor({ poll: { stale_after: "1d" } });
    await started(rig);
    simulator.setFaults([{ ...LEGACY, status: 500 }]);
    clock.advance(3 * HOUR_MS - 1);
    const young = await rig.families();
    expect(legacyNames(young).length).toBeGreaterThan(8);
    expect(valueOf(young, "roboflow_data_stale", LEGACY_SOURCE)).toBe(0);
    clock.advance(1);
    const families = await rig.families();
    expect(legacyNames(families)).toEqual([]);
    expect(valueOf(families, "roboflow_data_stale", LEGACY_SOURCE)).toBe(1);
    expect(samplesOf(families, "roboflow_images_labeled").length).toBeGreaterThan(0);
    expect(valueOf(families, "roboflow_data_stale", INSIGHTS)).toBe(0);
  });

  test("and asks to be left alone is, until the time has come", async () => {
    simulator.setFaults([{ ...LEGACY, status: 429, retryAfter: "1800", times: 1 }]);
    const rig = await rigFor();
    await started(rig);
    clock.advance(HOUR_MS / 2 - 1);
    await rig.poll("legacy");
    expect(legacyQueries()).toHaveLength(1);
    expect(rig.lines.at(-1)).toMatchObject({
      msg: "poll failed",
      source: "legacy",
      reason: "rate_limited",
      status: 429,
    });
    await rig.poll();
    clock.advance(1);
    await rig.poll("legacy");
    expect(legacyQueries()).toHaveLength(2);
    expect(health(await rig.families())).toEqual([1, 1, 1, 2, 0]);
  });

  test("by hanging holds up no one: it is ended at its deadline, and ticks until then are skipped", async () => {
    simulator.setFaults([{ ...LEGACY, hang: "headers" }]);
    const rig = await rigFor({ windows: ["today", "7d"] });
    const first = rig.polled();
    rig.poller.start();
    await first;
    await rig.poll();
    rig.timetables["legacy"]?.tick();
    const families = await rig.families();
    expect(health(families)).toEqual([0, undefined, 1, 0, 0]);
    expect(valueOf(families, "roboflow_exporter_polls_total", INSIGHTS)).toBe(2);
    expect(valueOf(families, "roboflow_exporter_polls_skipped_total", INSIGHTS)).toBe(0);
    expect(valueOf(families, "roboflow_exporter_polls_skipped_total", LEGACY_SOURCE)).toBe(1);
    const ended = rig.polled("legacy");
    clock.advance(900_000);
    await ended;
    expect(rig.lines.at(-1)).toMatchObject({ msg: "poll failed", source: "legacy", reason: "timeout" });
    expect(legacyQueries()).toHaveLength(1);
    simulator.setFaults([]);
    await rig.poll("legacy");
    expect(health(await rig.families())).toEqual([1, 1, 1, 1, 0]);
    expect(clock.sleeping).toBe(0);
  });
});

describe("stopping", () => {
  test("ends a poll that hangs at once, and what it came to is not reported", async () => {
    simulator.setFaults([{ ...LEGACY, hang: "body" }]);
    const rig = await rigFor();
    const first = rig.polled();
    rig.poller.start();
    await first;
    await rig.poller.stop();
    expect(rig.timetables["legacy"]?.isStopped).toBe(true);
    expect(rig.lines.filter(({ msg }) => msg.includes("legacy"))).toEqual([]);
    expect(clock.sleeping).toBe(0);
  });

  test("before the name is known keeps the polls from ever beginning", async () => {
    simulator.setFaults([{ match: { endpoint: "root" }, hang: "headers" }]);
    const rig = await rigFor({}, false);
    rig.poller.start();
    await nextTurn();
    await rig.poller.stop();
    expect(legacyQueries()).toEqual([]);
    expect(rig.lines).toEqual([]);
  });
});

describe("a name that only the API knows", () => {
  test("is waited for; it is asked once, and is in every label", async () => {
    simulator.setFaults([{ match: { endpoint: "root" }, times: 1, status: 500 }]);
    const rig = await rigFor({}, false);
    const first = rig.polled();
    rig.poller.start();
    await first;
    rig.timetables["legacy"]?.tick();
    expect(legacyQueries()).toEqual([]);
    expect(valueOf(await rig.families(), "roboflow_up", { ...LEGACY_SOURCE, workspace: "(unresolved)" })).toBe(0);
    const polled = Promise.all([rig.polled("legacy"), rig.poll()]);
    await polled;
    const families = await rig.families();
    const workspaces = [...families.values()].flatMap(({ samples }) =>
      samples.flatMap(({ labels }) => labels["workspace"] ?? []),
    );
    expect(new Set(workspaces)).toEqual(new Set([simulated().name]));
    expect(legacyNames(families).length).toBeGreaterThan(8);
    expect(simulator.requests.filter(({ path }) => path === "/")).toHaveLength(2);
    await rig.poll();
    expect(legacyQueries()).toHaveLength(1);
  });

  test("is known at once: what the legacy endpoint says does not wait for the end of the other poll", async () => {
    simulator.setFaults([{ match: { endpoint: "stats" }, hang: "headers" }]);
    const rig = await rigFor({}, false);
    const polled = rig.polled("legacy");
    rig.poller.start();
    await polled;
    const families = await rig.families();
    expect(valueOf(families, "roboflow_up", { ...LEGACY_SOURCE, workspace: simulated().name })).toBe(1);
    expect(legacyNames(families).length).toBeGreaterThan(8);
    expect(samplesOf(families, "roboflow_images_labeled")).toEqual([]);
  });
});

describe("the series limit", () => {
  const sumOf = (families: Families, name: string) =>
    samplesOf(families, name).reduce((sum, { value }) => sum + value, 0);
  const dropped = (families: Families) => sumOf(families, "roboflow_exporter_series_dropped");

  test("holds over both endpoints together, and leaves out the legacy families first", async () => {
    const all = await started(await rigFor());
    const series = sumOf(all, "roboflow_exporter_series");
    const last = samplesOf(all, "roboflow_legacy_labeler_boxes_created").length;
    const rig = await rigFor({ limits: { series: series - 1 } });
    const families = await started(rig);
    expect(dropped(families)).toBe(last);
    expect(legacyNames(families)).toEqual(
      legacyNames(all).filter((name) => name !== "roboflow_legacy_labeler_boxes_created"),
    );
    const warnings = () => rig.lines.filter(({ level }) => level === "warn");
    await rig.poll("legacy");
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatchObject({
      msg: "series limit reached, families left out; raise limits.series",
      source: "legacy",
      droppedFamilies: ["roboflow_legacy_labeler_boxes_created"],
      droppedSeries: last,
    });
  });

  test("that cuts the other data leaves nothing of the legacy data, names included", async () => {
    simulator.setFaults([{ ...LEGACY, status: 410 }]);
    const without = await started(await rigFor({ limits: { series: 60 } }));
    simulator.setFaults([]);
    const families = await started(await rigFor({ limits: { series: 60 } }));
    expect(legacyNames(families)).toEqual([]);
    for (const name of ["roboflow_images_labeled", "roboflow_project_info"])
      expect(families.get(name)).toEqual(without.get(name));
    expect(dropped(families)).toBeGreaterThan(dropped(without));
  });

  test("too small even for the names of what only the legacy data has leaves nothing of it", async () => {
    simulator.setFaults([{ match: { endpoint: "stats" }, status: 500 }]);
    const rig = await rigFor({ limits: { series: 1 } });
    const families = await started(rig);
    expect(legacyNames(families)).toEqual([]);
    expect(families.has("roboflow_project_info")).toBe(false);
    expect(sumOf(families, "roboflow_exporter_series")).toBe(0);
  });
});

test("a whole exporter asks it for the workspaces that want it, and has its series for no other", async () => {
  const workspaces = simulator.workspaces.map(({ name, apiKey }, index) => ({
    ...{ name, api_key: apiKey },
    legacy: index === 0,
  }));
  const api = { url: simulator.url, retries: 0 };
  const harness = await startHarness(configFrom({ api, windows: ["7d"], workspaces }), { clock });
  onTestFinished(() => harness.exporter.stop());
  await harness.logged(/^poll succeeded$/, 1, "legacy");
  await harness.polls(2);
  const families = await scrape(harness.url);
  const names = legacyNames(families);
  expect(names).toEqual(expect.arrayContaining(["roboflow_legacy_labeler_annotating_seconds"]));
  const reported = names.flatMap((name) => samplesOf(families, name).map(({ labels }) => labels["workspace"]));
  expect(new Set(reported)).toEqual(new Set(["aerial-survey"]));
  const requests = samplesOf(families, "roboflow_api_requests_total", { endpoint: "legacy" });
  expect(new Set(requests.map(({ labels }) => labels["workspace"]))).toEqual(new Set(["aerial-survey"]));
  expect(requests.filter(({ value }) => value > 0).map(({ labels, value }) => [labels["code"], value])).toEqual([
    ["200", 1],
  ]);
});
