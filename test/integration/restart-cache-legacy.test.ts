import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { scrape } from "../support/exporter-harness.ts";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { createRestarts, dataLines, type Restarts } from "../support/restarts.ts";

const LEGACY = { match: { endpoint: "workspace-stats" } } as const;
const HOUR_MS = 3_600_000;
const ENDED = /^(?:poll (?:succeeded|failed)$|the endpoint is gone)/;
const LEGACY_SOURCE = { source: "legacy" } as const;

/** The settings that ask for the legacy endpoint of the only workspace. */
function settingsOf({ simulator }: Restarts, more: Readonly<Record<string, unknown>> = {}) {
  const [{ name, apiKey } = { name: "", apiKey: "" }] = simulator.workspaces;
  return { workspaces: [{ name, api_key: apiKey, legacy: true, ...more }] };
}

/** Starts the exporter, waits for both first polls, and stops it. */
async function pollBoth(restarts: Restarts): Promise<string[]> {
  const { exporter, url, logged } = await restarts.start(settingsOf(restarts));
  await logged(ENDED, 2);
  const lines = await dataLines(url);
  await exporter.stop();
  return lines;
}

function fileNames(directory: string): string[] {
  return readdirSync(directory).map((name) => name.replace(/-[0-9a-f]{12}/, ""));
}

function legacyLines(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith("roboflow_legacy_"));
}

describe("a restart", () => {
  test("shows the legacy endpoint's data too, and its names, before the API has answered", async () => {
    const restarts = await createRestarts();
    const before = await pollBoth(restarts);
    restarts.clock.advance(60_000);
    const { url } = await restarts.startWithoutApi(settingsOf(restarts));
    expect(legacyLines(before).length).toBeGreaterThan(20);
    expect(await dataLines(url)).toEqual(before);
    const families = await scrape(url);
    expect(valueOf(families, "roboflow_up", LEGACY_SOURCE)).toBe(0);
    expect(valueOf(families, "roboflow_data_stale", LEGACY_SOURCE)).toBe(0);
    expect(families.has("roboflow_source_available")).toBe(false);
    expect(fileNames(restarts.directory)).toEqual(["aerial-survey.insights.json", "aerial-survey.legacy.json"]);
  });

  test("keeps it while only the legacy endpoint is down, whatever the other polls bring, until it is too old", async () => {
    const restarts = await createRestarts();
    const before = legacyLines(await pollBoth(restarts));
    restarts.simulator.setFaults([{ ...LEGACY, status: 500 }]);
    const { url, logged } = await restarts.start(settingsOf(restarts));
    await logged(ENDED, 2);
    expect(legacyLines(await dataLines(url))).toEqual(before);
    expect(valueOf(await scrape(url), "roboflow_up", { source: "insights" })).toBe(1);
    restarts.clock.advance(3 * HOUR_MS);
    expect(legacyLines(await dataLines(url))).toEqual([]);
  });

  test("shows nothing of it once the endpoint is gone: what was kept is removed", async () => {
    const restarts = await createRestarts();
    await pollBoth(restarts);
    restarts.simulator.setFaults([{ ...LEGACY, status: 410 }]);
    await pollBoth(restarts);
    expect(fileNames(restarts.directory)).toEqual(["aerial-survey.insights.json"]);
    const { url } = await restarts.startWithoutApi(settingsOf(restarts));
    const lines = await dataLines(url);
    expect(lines.length).toBeGreaterThan(50);
    expect(legacyLines(lines)).toEqual([]);
  });

  test("without `legacy` does not show what was kept with it", async () => {
    const restarts = await createRestarts();
    await pollBoth(restarts);
    const { url } = await restarts.startWithoutApi(settingsOf(restarts, { legacy: false }));
    expect(legacyLines(await dataLines(url))).toEqual([]);
  });
});

test("of a workspace that only its key names, what one source kept is shown under the name it had", async () => {
  const restarts = await createRestarts();
  const [{ apiKey, name } = { apiKey: "", name: "" }] = restarts.simulator.workspaces;
  const unnamed = { workspaces: [{ api_key: apiKey, legacy: true }] };
  const first = await restarts.start(unnamed);
  await first.logged(ENDED, 2);
  await first.exporter.stop();
  const files = readdirSync(restarts.directory).map((file) => path.join(restarts.directory, file));
  expect(files.map((file) => JSON.stringify(readFileSync(file, "utf8")).includes(apiKey))).toEqual([false, false]);
  // The data of insights is too old by then, that of the legacy endpoint is not.
  restarts.clock.advance(2 * HOUR_MS);
  const { url } = await restarts.startWithoutApi(unnamed);
  const families = await scrape(url);
  expect(new Set(samplesOf(families, "roboflow_up").map(({ labels }) => labels["workspace"]))).toEqual(new Set([name]));
  expect(samplesOf(families, "roboflow_images_labeled")).toEqual([]);
  expect(legacyLines(await dataLines(url)).length).toBeGreaterThan(20);
});
