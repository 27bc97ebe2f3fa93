import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createClient } from "../../src/roboflow/client.ts";
import { createDispatcher, type Dispatcher } from "../../src/roboflow/dispatcher.ts";
import type { WorkspaceConfig } from "../../src/config/config.ts";
import { startSimulator, type SimulatedWorkspace, type Simulator } from "../../src/simulator/server.ts";
import { createRig, type Rig, workspaceFrom } from "../support/exporter-harness.ts";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { ManualClock } from "../support/manual-clock.ts";

const NOW = "2026-11-18T15:00:00Z";

let clock: ManualClock;
let simulator: Simulator;
let dispatcher: Dispatcher;
const rigs: Rig[] = [];
const WEEK = "startDate=2026-11-12&endDate=2026-11-18";

beforeEach(async () => {
  clock = new ManualClock(NOW);
  simulator = await startSimulator({ port: 0, seed: 1, now: clock.now });
  dispatcher = createDispatcher({});
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.poller.stop()));
  await simulator.close();
  await dispatcher.destroy();
});

function simulated(index = 0): SimulatedWorkspace {
  const workspace = simulator.workspaces[index];
  if (!workspace) throw new Error("no such workspace");
  return workspace;
}

/** A poller of the simulator's first workspace, with the real client. */
function rigFor(settings: Readonly<Record<string, unknown>> = {}): Promise<Rig> {
  const { name, apiKey } = simulated();
  return rigOf(workspaceFrom({ name, api_key: apiKey, windows: ["7d"], ...settings }));
}

async function rigOf(config: WorkspaceConfig): Promise<Rig> {
  const options = { ...config.api, url: simulator.url, apiKey: config.apiKey };
  const deps = { dispatcher, clock, random: () => 0, redact: (text: string) => text };
  const rig = await createRig(config, {
    clock,
    askFor: ({ requested, retried }) =>
      createClient(options, { ...deps, observer: { onRequest: requested, onRetry: retried } }),
  });
  rigs.push(rig);
  return rig;
}

function queries(): string[] {
  return simulator.requests.map(({ query }) => query);
}

/** The simulator's own answer. */
async function ask(query: string): Promise<{ stats: Record<string, number>; data: Record<string, unknown>[] }> {
  const { name, apiKey } = simulated();
  const response = await fetch(`${simulator.url}/${name}/stats?api_key=${apiKey}&${query}`);
  return (await response.json()) as Awaited<ReturnType<typeof ask>>;
}

describe("all or nothing", () => {
  test("when one window fails, the whole last poll stays and the failure is reported", async () => {
    clock.advanceTo("2026-11-18T15:00:00Z");
    const rig = await rigFor({ windows: ["today", "7d"] });
    await rig.start();
    const before = await rig.families();
    clock.advanceTo("2026-11-18T15:30:00Z");
    simulator.setFaults([{ match: { startDate: "2026-11-12" }, status: 503 }]);
    await rig.poll();
    const after = await rig.families();
    for (const name of ["roboflow_images_labeled", "roboflow_workspace_images_labeled", "roboflow_labeler_info"])
      expect(after.get(name)).toEqual(before.get(name));
    expect(valueOf(before, "roboflow_up")).toBe(1);
    expect(valueOf(after, "roboflow_up")).toBe(0);
    expect(valueOf(after, "roboflow_data_stale")).toBe(0);
    expect(valueOf(after, "roboflow_exporter_last_poll_error", { reason: "http" })).toBe(1);
    expect(valueOf(after, "roboflow_exporter_poll_failures_total", { reason: "http" })).toBe(1);
    expect(valueOf(after, "roboflow_api_requests_total", { endpoint: "stats", code: "503" })).toBe(1);
  });
});

describe("after midnight", () => {
  async function windowsOf(rig: Rig): Promise<(string | undefined)[]> {
    const samples = samplesOf(await rig.families(), "roboflow_images_labeled");
    return [...new Set(samples.map(({ labels }) => labels["window"]))];
  }

  const EVERY = ["28d", "7d", "month", "today", "week"];

  test.each([
    { name: "a Thursday", at: "2026-11-18T16:00:00Z", later: "2026-11-19T00:00:00Z", gone: ["today"] },
    { name: "a Monday", at: "2026-11-20T16:00:00Z", later: "2026-11-23T00:00:00Z", gone: ["today", "week"] },
    {
      name: "the first of a month",
      at: "2026-11-30T16:00:00Z",
      later: "2026-12-01T00:00:00Z",
      gone: ["month", "today"],
    },
  ])("what was counted before is not shown as the new day's, week's or month's: $name", async ({ at, later, gone }) => {
    clock.advanceTo(at);
    const rig = await rigFor({ windows: ["today", "week", "month", "7d", "28d"], poll: { stale_after: "4d" } });
    await rig.start();
    expect(await windowsOf(rig)).toEqual(EVERY);
    const series = valueOf(await rig.families(), "roboflow_exporter_series") ?? 0;
    clock.advanceTo(later);
    expect(await windowsOf(rig)).toEqual(EVERY.filter((window) => !gone.includes(window)));
    const after = await rig.families();
    expect(valueOf(after, "roboflow_data_stale")).toBe(0);
    expect(valueOf(after, "roboflow_exporter_series")).toBeLessThan(series);
  });

  test("the configured zone decides when that is", async () => {
    clock.advanceTo("2026-11-18T14:30:00Z");
    const rig = await rigFor({ windows: ["today", "7d"], poll: { timezone: "Asia/Tokyo" } });
    await rig.start();
    clock.advanceTo("2026-11-18T14:59:59.999Z");
    expect(await windowsOf(rig)).toEqual(["7d", "today"]);
    clock.advanceTo("2026-11-18T15:00:00Z");
    expect(await windowsOf(rig)).toEqual(["7d"]);
  });

  test("a clock that is set back keeps data neither longer nor shorter than its time", async () => {
    const rig = await rigFor({ windows: ["7d"], poll: { stale_after: "1h" } });
    await rig.start();
    clock.jump(-31 * 86_400_000);
    clock.advance(3_599_999);
    expect(await windowsOf(rig)).toEqual(["7d"]);
    clock.advance(1);
    expect(await windowsOf(rig)).toEqual([]);
    expect(valueOf(await rig.families(), "roboflow_data_stale")).toBe(1);
  });

  test("data from before a suspension, in which only the wall clock went on, is withheld until the next poll", async () => {
    const rig = await rigFor({ windows: ["7d"], poll: { stale_after: "1h" } });
    await rig.start();
    clock.jump(8 * 3_600_000);
    expect(await windowsOf(rig)).toEqual([]);
    await rig.poll();
    expect(await windowsOf(rig)).toEqual(["7d"]);
    expect(valueOf(await rig.families(), "roboflow_data_stale")).toBe(0);
  });
});

describe("filters", () => {
  const [THEIRS, SOMEBODY] = ["a project", "a labeler of it"];

  test.each([
    {
      name: "projects",
      settings: { projects: ["land-cover", "rooftop-panels"] },
      asked: ["project=land-cover", "project=rooftop-panels"],
    },
    { name: "labelers", settings: { labelers: ["autolabelservice"] }, asked: ["userId=autolabelservice"] },
    {
      name: "both",
      settings: { projects: [THEIRS], labelers: [SOMEBODY] },
      asked: [`project=${THEIRS}&userId=${SOMEBODY}`],
    },
  ])("by $name bring those rows alone, and no totals of the workspace", async (given) => {
    // Ids are drawn from the seed: whoever did work in the week will do.
    const row = (await ask(WEEK)).data[0];
    const slug = simulated().projects.find(({ id }) => id === row?.["projectId"])?.slug ?? "";
    const reported = JSON.stringify(given).replaceAll(SOMEBODY, String(row?.["labelerId"])).replaceAll(THEIRS, slug);
    const { settings, asked } = JSON.parse(reported) as typeof given;
    const rig = await rigFor(settings);
    await rig.start();
    expect(queries().slice(1).toSorted()).toEqual(asked.map((filter) => `${WEEK}&${filter}`));
    const families = await rig.families();
    const rows = (await Promise.all(asked.map((filter) => ask(`${WEEK}&${filter}`)))).flatMap(({ data }) => data);
    const published = samplesOf(families, "roboflow_images_labeled").map(({ labels, value }) => [
      labels["project"],
      labels["labeler"],
      value,
    ]);
    const expected = rows.map((row) => [row["projectId"], row["labelerId"], row["imagesLabeled"]]);
    expect(expected.length).toBeGreaterThan(0);
    expect(published.toSorted()).toEqual(expected.toSorted());
    expect(samplesOf(families, "roboflow_workspace_images_labeled")).toEqual([]);
  });

  test.each([
    {
      name: "a labeler",
      settings: { labelers: ["autolabelservice"] },
      field: "userId",
      words: "userId",
    },
    { name: "a project", settings: { projects: ["land-cover"] }, field: "project", words: "project=land-cover" },
  ])("by $name that the API ignores are counted and fail the poll; nothing is published", async (given) => {
    simulator.setFaults([{ drift: "ignored_filter" }]);
    const rig = await rigFor(given.settings);
    await rig.start();
    const families = await rig.families();
    expect(valueOf(families, "roboflow_exporter_schema_anomalies_total", { field: given.field })).toBe(1);
    expect(samplesOf(families, "roboflow_exporter_schema_anomalies_total")[0]?.labels["reason"]).toBe("filter_ignored");
    expect(valueOf(families, "roboflow_exporter_last_poll_error", { reason: "invalid_schema" })).toBe(1);
    expect(families.has("roboflow_images_labeled")).toBe(false);
    expect(rig.lines.at(-1)).toMatchObject({
      msg: "poll failed",
      error: `the API ignored the filter ${given.words}: the answer holds other rows`,
    });
  });
});

describe("totals", () => {
  const TOTALS = { numImagesLabeled: "images_labeled", numBoxesAdded: "boxes_added", netBoxesAdded: "boxes_net_added" };

  test("of projects and labelers are the API's own under its filters", async () => {
    const rig = await rigFor({ totals: ["project", "labeler"] });
    await rig.start();
    const families = await rig.families();
    const { projects, labelers } = simulated();
    const filters = [
      ...projects.map(({ id, slug }) => ({ label: "project", id, filter: `project=${slug}` })),
      ...labelers.map(({ id }) => ({ label: "labeler", id, filter: `userId=${id}` })),
    ];
    let compared = 0;
    for (const { label, id, filter } of filters) {
      const { stats, data } = await ask(`${WEEK}&${filter}`);
      for (const [field, name] of Object.entries(TOTALS)) {
        const expected = data.length === 0 ? undefined : stats[field];
        expect(valueOf(families, `roboflow_${label}_${name}`, { [label]: id })).toBe(expected);
        if (expected !== undefined) compared++;
      }
    }
    // A project that has stopped has no work in the week, hence no totals.
    expect(compared).toBe((projects.length - 1 + labelers.length) * Object.keys(TOTALS).length);
  });

  test("of a project filter come without another request", async () => {
    const rig = await rigFor({ projects: ["rooftop-panels"], totals: ["project"] });
    await rig.start();
    const { stats } = await ask(`${WEEK}&project=rooftop-panels`);
    expect(valueOf(await rig.families(), "roboflow_project_images_labeled")).toBe(stats["numImagesLabeled"]);
    expect(simulator.requests).toHaveLength(2);
  });

  test("of a labeler filter come without another request", async () => {
    const rig = await rigFor({ labelers: ["autolabelservice"], totals: ["labeler"] });
    await rig.start();
    const { stats } = await ask(`${WEEK}&userId=autolabelservice`);
    expect(valueOf(await rig.families(), "roboflow_labeler_boxes_added")).toBe(stats["numBoxesAdded"]);
    expect(simulator.requests).toHaveLength(2);
  });

  test("whose filter was ignored are left out and counted; the rows stay", async () => {
    const rig = await rigFor({ totals: ["project", "labeler"] });
    simulator.setFaults([
      { match: { endpoint: "stats" }, times: 1, delayMs: 0 },
      { match: { endpoint: "stats" }, drift: "ignored_filter" },
    ]);
    await rig.start();
    const families = await rig.families();
    const { projects, labelers } = simulated();
    const anomalies = (field: string) => valueOf(families, "roboflow_exporter_schema_anomalies_total", { field });
    expect([anomalies("project"), anomalies("userId")]).toEqual([projects.length, labelers.length]);
    expect(families.has("roboflow_project_images_labeled")).toBe(false);
    expect(families.has("roboflow_labeler_images_labeled")).toBe(false);
    expect(families.has("roboflow_images_labeled")).toBe(true);
    expect(valueOf(families, "roboflow_up")).toBe(1);
  });
});

describe("a workspace without a name", () => {
  test("gets it from the API at the first poll; the placeholder's series vanish", async () => {
    const rig = await rigOf({ ...workspaceFrom({ api_key: simulated().apiKey, windows: ["7d"] }), name: undefined });
    const before = await rig.families();
    expect(valueOf(before, "roboflow_exporter_polls_total", { workspace: "(unresolved)" })).toBe(0);
    await rig.start();
    await rig.poll();
    const families = await rig.families();
    const workspaces = new Set(
      [...families.values()].flatMap(({ samples }) => samples.flatMap(({ labels }) => labels["workspace"] ?? [])),
    );
    expect([...workspaces]).toEqual([simulated().name]);
    expect(valueOf(families, "roboflow_up")).toBe(1);
    expect(valueOf(families, "roboflow_exporter_polls_total")).toBe(2);
    expect(simulator.requests.map(({ path }) => path)).toEqual(["/", "/aerial-survey/stats", "/aerial-survey/stats"]);
  });

  test("and with a wrong key stays unresolved, with its health under the placeholder", async () => {
    const rig = await rigOf({ ...workspaceFrom({ api_key: "wrong-key-of-nobody", windows: ["7d"] }), name: undefined });
    await rig.start();
    await rig.poll();
    const families = await rig.families();
    const placeholder = { workspace: "(unresolved)" };
    expect(valueOf(families, "roboflow_up", placeholder)).toBe(0);
    expect(valueOf(families, "roboflow_exporter_last_poll_error", { ...placeholder, reason: "unauthorized" })).toBe(1);
    expect(valueOf(families, "roboflow_api_requests_total", { endpoint: "root", code: "401" })).toBe(2);
    expect(simulator.requests.map(({ path }) => path)).toEqual(["/", "/"]);
  });
});

describe("drift of the answers", () => {
  test.each([
    { drift: "strings", anomalies: [] },
    { drift: "nulls", anomalies: [] },
    { drift: "unknown_fields", anomalies: ["unknown_field"] },
    { drift: "duplicate_rows", anomalies: ["repeated_row"] },
    { drift: "missing_metadata", anomalies: [] },
  ] as const)("$drift leaves a good poll, and is counted as $anomalies", async ({ drift, anomalies }) => {
    simulator.setFaults([{ drift }]);
    const rig = await rigFor();
    await rig.start();
    const families = await rig.families();
    const reasons = samplesOf(families, "roboflow_exporter_schema_anomalies_total").map(
      ({ labels }) => labels["reason"],
    );
    expect([...new Set(reasons)]).toEqual(anomalies);
    expect(valueOf(families, "roboflow_up")).toBe(1);
    expect(samplesOf(families, "roboflow_images_labeled").length).toBeGreaterThan(10);
    expect(samplesOf(families, "roboflow_labeler_info").length).toBe(simulated().labelers.length);
  });

  test("missing_arrays fails the poll, since the totals still count work, and keeps the last good rows", async () => {
    const rig = await rigFor();
    await rig.start();
    const before = samplesOf(await rig.families(), "roboflow_images_labeled");
    simulator.setFaults([{ drift: "missing_arrays" }]);
    await rig.poll();
    const families = await rig.families();
    expect(valueOf(families, "roboflow_up")).toBe(0);
    expect(valueOf(families, "roboflow_exporter_poll_failures_total", { reason: "invalid_schema" })).toBe(1);
    expect(before.length).toBeGreaterThan(10);
    expect(samplesOf(families, "roboflow_images_labeled")).toEqual(before);
  });
});
