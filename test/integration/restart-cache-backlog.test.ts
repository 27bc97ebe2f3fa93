import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { scrape } from "../support/exporter-harness.ts";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { type Restarts, createRestarts, dataLines } from "../support/restarts.ts";

const ENDED = /^(?:poll (?:succeeded|failed)$|the endpoint is gone)/;

type Settings = Readonly<Record<string, unknown>>;

function settingsOf({ simulator }: Restarts, more: Settings = {}, people: Settings = {}) {
  const [{ name, apiKey } = { name: "", apiKey: "" }] = simulator.workspaces;
  return { people, workspaces: [{ name, api_key: apiKey, backlog: true, ...more }] };
}

async function pollBoth(restarts: Restarts, settings: Settings): Promise<string[]> {
  const { exporter, url, logged } = await restarts.start(settings);
  await logged(ENDED, 2);
  const lines = await dataLines(url);
  await exporter.stop();
  return lines;
}

const own = (lines: readonly string[]) =>
  lines.filter((line) => /^roboflow_(?:job_|backlog_|project_images)/.test(line));

function stored({ directory }: Restarts): string {
  const [file = ""] = readdirSync(directory).filter((name) => name.endsWith(".backlog.json"));
  return readFileSync(path.join(directory, file), "utf8");
}

test("a restart shows what was left, with its people, and no e-mail address was stored", async () => {
  const restarts = await createRestarts();
  const before = await pollBoth(restarts, settingsOf(restarts));
  const { url } = await restarts.startWithoutApi(settingsOf(restarts));
  expect(await dataLines(url)).toEqual(before);
  expect(own(before).length).toBeGreaterThan(100);
  const families = await scrape(url);
  expect(valueOf(families, "roboflow_up", { source: "backlog" })).toBe(0);
  expect(valueOf(families, "roboflow_data_stale", { source: "backlog" })).toBe(0);
  expect(stored(restarts)).not.toContain("@");
});

test("what was kept with people's ids is not shown where they are hashed from now on", async () => {
  const restarts = await createRestarts();
  await pollBoth(restarts, settingsOf(restarts, {}, { names: false }));
  const people = { identity: "hmac", hmac_key_file: "/hmac" };
  const { url } = await restarts.startWithoutApi(settingsOf(restarts, {}, people));
  expect(samplesOf(await scrape(url), "roboflow_job_info")).toEqual([]);
});

test.each<[string, Settings]>([
  ["more jobs", { backlog: { max_jobs: 101 } }],
  ["classes", { backlog: { annotations: true } }],
  ["fewer projects", { backlog: true, projects: ["rooftop-panels"] }],
  ["none of it", { backlog: false }],
])("what was kept is not shown where the configuration now asks for %s", async (_, more) => {
  const restarts = await createRestarts();
  await pollBoth(restarts, settingsOf(restarts));
  const { url } = await restarts.startWithoutApi(settingsOf(restarts, more));
  expect(own(await dataLines(url))).toEqual([]);
});

test("another interval, and deadlines, do not make what was kept useless", async () => {
  const restarts = await createRestarts();
  const before = await pollBoth(restarts, settingsOf(restarts));
  const more = { backlog: { interval: "30m" }, deadline: { "rooftop-panels": "2026-12-24" } };
  const { url } = await restarts.startWithoutApi(settingsOf(restarts, more));
  const lines = await dataLines(url);
  expect(own(lines)).toEqual(own(before));
  expect(lines.filter((line) => line.startsWith("roboflow_project_deadline_timestamp_seconds"))).toHaveLength(1);
});
