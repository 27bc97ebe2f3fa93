import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { PeopleConfig } from "../../src/config/config.ts";
import { labelerLabel } from "../../src/metrics/labeler-labels.ts";
import { createClient } from "../../src/roboflow/client.ts";
import { createDispatcher, type Dispatcher } from "../../src/roboflow/dispatcher.ts";
import { startSimulator, type SimulatedWorkspace, type Simulator } from "../../src/simulator/server.ts";
import { type Rig, createRig, workspaceFrom } from "../support/exporter-harness.ts";
import { type ParsedFamily, samplesOf, valueOf } from "../support/exposition.ts";
import { type TrueJob, idsByEmail, truthOfBacklog } from "../support/backlog-truth.ts";
import { ManualClock } from "../support/manual-clock.ts";

const NOW = "2026-11-18T15:00:00Z";
const HOUR_MS = 3_600_000;
const BACKLOG = { source: "backlog" } as const;
const PEOPLE: PeopleConfig = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map() };
const HASHED: PeopleConfig = { ...PEOPLE, hmacKey: "a-key-of-hashes-0123456789", names: false };

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
type Settings = Readonly<Record<string, unknown>>;

/** The simulator's first workspace on the rig, with the real client. */
async function rigFor(settings: Settings = {}, people = PEOPLE): Promise<Rig> {
  const { name, apiKey } = simulated();
  const config = workspaceFrom({ name, api_key: apiKey, windows: ["7d", "all"], backlog: true, ...settings });
  const options = { ...config.api, url: simulator.url, apiKey: config.apiKey };
  const deps = { dispatcher, clock, random: () => 0, redact: (text: string) => text };
  const rig = await createRig(config, {
    ...{ clock, people },
    askFor: ({ requested, retried }) =>
      createClient(options, { ...deps, observer: { onRequest: requested, onRetry: retried } }),
  });
  onTestFinished(async () => {
    await rig.poller.stop();
  });
  return rig;
}

async function started(rig: Rig): Promise<Families> {
  await Promise.all([rig.polled("backlog"), rig.start()]);
  return rig.families();
}

const truth = () => truthOfBacklog(simulator, simulated());

/** All that comes from the source. */
function ownNames(families: Families): string[] {
  const own = /^roboflow_(?:job_|backlog_|project_(?:images$|images_(?:un|split|upl)|classes|jobs|oldest|slug))/;
  return [...families.keys()].filter((name) => own.test(name)).toSorted();
}

const leftOut = (families: Families): Readonly<Record<string, number>> =>
  Object.fromEntries(
    samplesOf(families, "roboflow_backlog_projects_left_out").map(({ labels, value }) => [
      labels["reason"] ?? "",
      value,
    ]),
  );

const health = (families: Families) => [
  valueOf(families, "roboflow_up", BACKLOG),
  valueOf(families, "roboflow_source_available", BACKLOG),
  valueOf(families, "roboflow_up", { source: "insights" }),
];

const refused = (endpoint: "jobs" | "batches", status: number) => ({ match: { endpoint }, status });

describe("what is published", () => {
  test("of projects is what the API says, under the ids that the statistics have", async () => {
    const families = await started(await rigFor({ backlog: { annotations: true } }));
    const projects = await truth();
    expect(projects.length).toBeGreaterThan(2);
    for (const { id: project, slug, listed, jobs, batches } of projects) {
      const value = (name: string, labels: Readonly<Record<string, string>> = {}) =>
        valueOf(families, `roboflow_project_${name}`, { project, ...labels });
      expect(value("images")).toBe(listed.images);
      expect(value("images_unannotated")).toBe(listed.unannotated);
      for (const [split, images] of Object.entries(listed.splits))
        expect(value("images_split", { split })).toBe(images);
      for (const [name, count] of Object.entries(listed.classes))
        expect(value("annotations", { class: name })).toBe(count);
      expect(value("classes")).toBe(Object.keys(listed.classes).length);
      expect(value("versions")).toBe(listed.versions);
      expect(value("updated_timestamp_seconds")).toBe(listed.updated);
      expect(value("slug_info", { project_slug: slug })).toBe(1);
      expect(value("jobs")).toBe(jobs.length);
      expect(value("images_uploaded", { window: "all" })).toBe(batches.reduce((sum, { images }) => sum + images, 0));
      const open = jobs.filter(({ unannotated }) => unannotated > 0).map(({ createdSeconds }) => createdSeconds);
      expect(value("oldest_open_job_created_timestamp_seconds")).toBe(
        open.length === 0 ? undefined : Math.min(...open),
      );
    }
    const known = samplesOf(families, "roboflow_images_labeled").map(({ labels }) => labels["project"]);
    const ids = projects.map(({ id }) => id);
    expect(known.filter((id) => !ids.includes(String(id)))).toEqual([]);
    expect(leftOut(families)).toEqual({ limit: 0, refused: 0, unlisted: 0 });
    expect(health(families)).toEqual([1, 1, 1]);
  });

  test("of jobs is what the API says, of as many as are allowed: those with work left first", async () => {
    const families = await started(await rigFor({ backlog: { max_jobs: 20 } }));
    for (const { id: project, jobs } of await truth()) {
      const info = samplesOf(families, "roboflow_job_info", { project });
      expect(info).toHaveLength(Math.min(20, jobs.length));
      const shown = new Set(info.map(({ labels }) => labels["job_id"]));
      const open = jobs.filter(({ unannotated }) => unannotated > 0);
      expect(open.filter(({ id }) => !shown.has(id))).toEqual([]);
      for (const job of jobs.filter(({ id }) => shown.has(id))) {
        const of = { project, job_id: job.id };
        const image = (state: string) => valueOf(families, "roboflow_job_images", { ...of, state });
        const states: TrueJob["states"] = job.states;
        for (const [state, images] of Object.entries(states)) expect(image(state)).toBe(images);
        expect(valueOf(families, "roboflow_job_created_timestamp_seconds", of)).toBe(job.createdSeconds);
        expect(valueOf(families, "roboflow_job_info", { ...of, name: job.name, status: job.status })).toBe(1);
      }
    }
  });

  test("of people is the label that the statistics have for them, and nothing has an e-mail address", async () => {
    const rig = await rigFor({}, HASHED);
    const families = await started(rig);
    const idOf = await idsByEmail(simulator, simulated());
    const label = (email: string) => labelerLabel(idOf.get(email) ?? email, HASHED);
    const labelers = samplesOf(families, "roboflow_labeler_info").map(({ labels }) => labels["labeler"]);
    for (const { jobs } of await truth()) {
      for (const job of jobs) {
        const [sample] = samplesOf(families, "roboflow_job_info", { job_id: job.id });
        if (!sample) continue;
        expect([sample.labels["labeler"], sample.labels["reviewer"]]).toEqual([
          label(job.labeler),
          label(job.reviewer),
        ]);
        expect(labelers).toContain(sample.labels["labeler"]);
      }
    }
    expect(JSON.stringify([...families.values()])).not.toContain("@example.com");
    expect(JSON.stringify(rig.lines)).not.toContain("@example.com");
  });

  test("of people is unknown where the statistics have never been read", async () => {
    simulator.setFaults([{ match: { endpoint: "stats" }, status: 500 }]);
    const rig = await rigFor();
    await Promise.all([rig.polled("backlog"), rig.start()]);
    const people = (families: Families) =>
      new Set(
        samplesOf(families, "roboflow_job_info").flatMap(({ labels }) => [labels["labeler"], labels["reviewer"]]),
      );
    expect(people(await rig.families())).toEqual(new Set(["unknown"]));
    simulator.setFaults([]);
    await rig.poll();
    await rig.poll("backlog");
    expect(people(await rig.families())).not.toContain("unknown");
  });

  test("does not wait for statistics that hang", async () => {
    simulator.setFaults([{ match: { endpoint: "stats" }, hang: "headers" }]);
    const rig = await rigFor();
    const polled = rig.polled("backlog");
    rig.poller.start();
    while (clock.asked.length === 0 || clock.asked.every((ms) => ms !== 120_000))
      await clock.whenAsleep().then(() => new Promise(setImmediate));
    clock.advance(120_000);
    await polled;
    const families = await rig.families();
    expect(valueOf(families, "roboflow_up", BACKLOG)).toBe(1);
    expect(samplesOf(families, "roboflow_job_info").length).toBeGreaterThan(100);
  });

  test("names each project once, and is about the projects of the filter alone", async () => {
    const [first] = await truth();
    const before = simulator.requests.length;
    const families = await started(await rigFor({ projects: [first?.slug, "no-such-project"] }));
    const projects = (name: string) => samplesOf(families, name).map(({ labels }) => labels["project"]);
    expect(projects("roboflow_project_images")).toEqual([first?.id]);
    expect(new Set(projects("roboflow_job_info"))).toEqual(new Set([first?.id]));
    expect(projects("roboflow_project_info")).toEqual([first?.id]);
    expect(leftOut(families)).toEqual({ limit: 0, refused: 0, unlisted: 1 });
    const asked = simulator.requests.slice(before).map(({ path }) => path);
    expect(asked.filter((path) => path.endsWith("/jobs"))).toEqual([
      `/${simulated().name}/${String(first?.slug)}/jobs`,
    ]);
  });

  test("has deadlines, as the end of the day in the zone, and counts those that match nothing", async () => {
    const [first] = await truth();
    const deadline = { [first?.slug ?? ""]: "2026-12-24", "no-such-project": "2026-12-31" };
    const families = await started(await rigFor({ deadline, poll: { timezone: "Europe/Berlin" } }));
    expect(
      samplesOf(families, "roboflow_project_deadline_timestamp_seconds").map(({ labels, value }) => [
        labels["project"],
        new Date(value * 1000).toISOString(),
      ]),
    ).toEqual([[first?.id, "2026-12-24T23:00:00.000Z"]]);
    expect(valueOf(families, "roboflow_exporter_config_unmatched", { setting: "deadline" })).toBe(1);
  });

  test("is asked with one request for the list, and two for each project", async () => {
    await started(await rigFor({ backlog: { max_projects: 2 } }));
    const own = simulator.requests.filter(({ path }) => !path.endsWith("/stats")).map(({ path }) => path);
    expect(own).toHaveLength(1 + 2 * 2 + 0);
    expect(own[0]).toBe(`/${simulated().name}`);
  });

  test("counts the projects over the limit", async () => {
    const all = await truth();
    const families = await started(await rigFor({ backlog: { max_projects: 1 } }));
    expect(leftOut(families)["limit"]).toBe(all.length - 1);
    expect(samplesOf(families, "roboflow_project_images")).toHaveLength(1);
  });
});

describe("projects that cannot be read", () => {
  test.each([
    ["jobs", 404],
    ["jobs", 403],
    ["batches", 410],
  ] as const)("(%s answers %s) are left out alone, and counted", async (endpoint, status) => {
    const all = await truth();
    simulator.setFaults([{ ...refused(endpoint, status), times: 1 }]);
    const families = await started(await rigFor());
    expect(health(families)).toEqual([1, 1, 1]);
    expect(leftOut(families)).toEqual({ limit: 0, refused: 1, unlisted: 0 });
    expect(samplesOf(families, "roboflow_project_images")).toHaveLength(all.length - 1);
  });

  test.each([404, 410])(
    "all of them (%s) mean that the endpoint is gone: a state, whose data is withdrawn",
    async (status) => {
      const rig = await rigFor();
      expect(ownNames(await started(rig)).length).toBeGreaterThan(9);
      simulator.setFaults([refused("jobs", status)]);
      await rig.poll("backlog");
      const families = await rig.families();
      expect(health(families)).toEqual([1, 0, 1]);
      expect(ownNames(families)).toEqual([]);
      simulator.setFaults([]);
      await rig.poll("backlog");
      expect(health(await rig.families())).toEqual([1, 1, 1]);
    },
  );

  test("all of them with 403 are a failure of the key", async () => {
    simulator.setFaults([refused("jobs", 403)]);
    const rig = await rigFor();
    expect(health(await started(rig))).toEqual([0, undefined, 1]);
    const [line] = rig.lines.filter(({ msg }) => msg === "poll failed");
    expect(line).toMatchObject({ source: "backlog", reason: "forbidden" });
  });

  test.each([
    ["jobs", { status: 500 }, "http"],
    ["jobs", { html: true }, "invalid_json"],
    ["batches", { errorBody: true }, "http"],
    ["workspace", { status: 401 }, "unauthorized"],
  ] as const)(
    "for another reason (%s, %j) fail the poll, whose last good data stays",
    async (endpoint, fault, reason) => {
      const rig = await rigFor();
      const before = await started(rig);
      simulator.setFaults([{ match: { endpoint }, ...fault }]);
      await rig.poll("backlog");
      const after = await rig.families();
      expect(health(after)).toEqual([0, 1, 1]);
      expect(after.get("roboflow_job_images")).toEqual(before.get("roboflow_job_images"));
      expect(valueOf(after, "roboflow_exporter_last_poll_error", { ...BACKLOG, reason })).toBe(1);
      clock.advance(3 * HOUR_MS);
      expect(ownNames(await rig.families())).toEqual([]);
    },
  );
});

describe("answers of another form", () => {
  test("a bare list is read like the documented object", async () => {
    const before = await started(await rigFor());
    simulator.setFaults([
      { match: { endpoint: "jobs" }, drift: "bare_list" },
      { match: { endpoint: "batches" }, drift: "bare_list" },
    ]);
    const after = await started(await rigFor());
    expect(ownNames(after)).toEqual(ownNames(before));
    for (const name of ownNames(before)) expect(after.get(name)).toEqual(before.get(name));
  });

  const drifted = async (drift: "strings" | "nulls" | "missing_fields" | "unknown_fields" | "mismatched_totals") => {
    const before = await started(await rigFor());
    simulator.setFaults(
      (["jobs", "batches", "workspace"] as const).map((endpoint) => ({ match: { endpoint }, drift })),
    );
    const after = await started(await rigFor());
    expect(health(after)).toEqual([1, 1, 1]);
    return { before, after };
  };

  test("numbers as text are numbers", async () => {
    const { before, after } = await drifted("strings");
    for (const name of ownNames(before)) expect(after.get(name)).toEqual(before.get(name));
  });

  test.each(["nulls", "missing_fields"] as const)("with %s there are no other values than before", async (drift) => {
    const { before, after } = await drifted(drift);
    for (const name of ownNames(after)) {
      const known = new Set(before.get(name)?.samples.map((sample) => JSON.stringify(sample)));
      const others = after.get(name)?.samples.filter((sample) => !known.has(JSON.stringify(sample))) ?? [];
      // What is not there has an empty label.
      expect(others.filter(() => name !== "roboflow_job_info")).toEqual([]);
    }
  });

  test("unknown fields of jobs are counted", async () => {
    const { before, after } = await drifted("unknown_fields");
    expect(after.get("roboflow_job_images")).toEqual(before.get("roboflow_job_images"));
    const fields = samplesOf(after, "roboflow_exporter_schema_anomalies_total", { reason: "unknown_field" });
    expect(fields.map(({ labels }) => labels["field"]).filter((field) => field?.startsWith("jobs."))).not.toEqual([]);
  });

  test("numbers that do not add up are published as they are", async () => {
    const { after } = await drifted("mismatched_totals");
    for (const { id: project, jobs } of await truth())
      for (const { id, states } of jobs) {
        const own = samplesOf(after, "roboflow_job_images", { project, job_id: id });
        if (own.length > 0)
          expect(Object.fromEntries(own.map(({ labels, value }) => [labels["state"], value]))).toEqual(states);
      }
  });
});
