import { beforeEach, expect, onTestFinished, test } from "vitest";
import { CATALOGUE } from "../../src/exposition/catalogue.ts";
import { run } from "../../src/cli/program.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { configFrom, scrape, startHarness } from "../support/exporter-harness.ts";
import { type ParsedFamily, samplesOf } from "../support/exposition.ts";
import { standingClock } from "../support/manual-clock.ts";
import { temporaryDirectory } from "../support/restarts.ts";
import { createTestHost } from "../support/test-host.ts";

const clock = standingClock("2026-11-18T15:00:00Z");
const LIMIT = 3;

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ port: 0, seed: 1, now: clock.now });
  onTestFinished(() => simulator.close());
});

type Families = ReadonlyMap<string, ParsedFamily>;

function documentOf(settings: object) {
  const { name = "", apiKey = "" } = simulator.workspaces[0] ?? {};
  const workspace = { name, api_key: apiKey, totals: ["labeler"], legacy: true };
  return { api: { url: simulator.url, retries: 0 }, windows: ["today", "28d"], workspaces: [workspace], ...settings };
}

async function scraped(settings: object, storagePath?: string): Promise<Map<string, ParsedFamily>> {
  const config = configFrom(documentOf(settings), storagePath === undefined ? {} : { storagePath });
  const { exporter, url, logged } = await startHarness(config, { clock });
  await logged(/^poll succeeded$/, 2);
  const families = await scrape(url);
  await exporter.stop();
  return families;
}

/** Metrics of labelers that may be added up over them, and those that may not. */
const ofLabelers = CATALOGUE.filter(
  ({ name, labels }) =>
    labels.includes("labeler") && labels.includes("window") && name !== "roboflow_labeler_leave_days",
);
const additive = ofLabelers.filter(({ sums }) => sums.startsWith("labelers"));
const others = ofLabelers.filter((one) => !additive.includes(one));

/** Sums over labelers, by all other labels. */
function sums(families: Families, name: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { labels, value } of samplesOf(families, name)) {
    const key = JSON.stringify([labels["project"], labels["window"]]);
    // To the millisecond, as seconds are published: sums of fractions depend on their order.
    found.set(key, Math.round(1000 * ((found.get(key) ?? 0) + value)) / 1000);
  }
  return found;
}

function labelersIn(families: Families, name: string): ReadonlySet<string> {
  return new Set(samplesOf(families, name).map(({ labels }) => labels["labeler"] ?? ""));
}

function kinds(families: Families): ReadonlyMap<string, string> {
  const infos = samplesOf(families, "roboflow_labeler_info");
  return new Map(infos.map(({ labels }) => [labels["labeler"] ?? "", labels["kind"] ?? ""]));
}

test("with a limit those who did most and programs keep their series, and sums over labelers stay what they are", async () => {
  const [all, limited] = [await scraped({}), await scraped({ limits: { labelers: LIMIT } })];
  const work = new Map<string, number>();
  for (const { labels, value } of samplesOf(all, "roboflow_images_labeled"))
    if (labels["window"] === "28d" && kinds(all).get(labels["labeler"] ?? "") === "human")
      work.set(labels["labeler"] ?? "", (work.get(labels["labeler"] ?? "") ?? 0) + value);
  const top = [...work]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, LIMIT)
    .map(([id]) => id);
  const programs = [...kinds(all)].filter(([, kind]) => kind === "system").map(([id]) => id);
  expect(programs).toHaveLength(1);
  expect(labelersIn(limited, "roboflow_images_labeled")).toEqual(new Set([...top, ...programs, "other"]));
  expect(additive.length).toBeGreaterThan(10);
  for (const { name } of additive) {
    expect([name, sums(limited, name)]).toEqual([name, sums(all, name)]);
    expect([name, labelersIn(limited, name).has("other")]).toEqual([name, sums(all, name).size > 0]);
  }
});

test("ratios and unique counts of the others are left out", async () => {
  const families = await scraped({ limits: { labelers: LIMIT } });
  expect(others.map(({ name }) => name)).toContain("roboflow_approval_ratio");
  expect(others.map(({ name }) => name)).toContain("roboflow_images_labeled_unique");
  for (const { name } of others) {
    expect([name, labelersIn(families, name).has("other")]).toEqual([name, false]);
    expect([name, labelersIn(families, name).size]).toEqual([name, expect.any(Number)]);
  }
  expect(labelersIn(families, "roboflow_approval_ratio").size).toBeGreaterThan(1);
});

test("how many there really are is published, and who stands for several is of a kind of its own", async () => {
  const [all, limited] = [await scraped({}), await scraped({ limits: { labelers: LIMIT } })];
  const people = [...kinds(all).values()].filter((kind) => kind === "human").length;
  expect(all.has("roboflow_workspace_labelers")).toBe(false);
  const counted = samplesOf(limited, "roboflow_workspace_labelers");
  expect(counted.map(({ labels, value }) => [labels["source"], value])).toEqual([
    ["insights", people],
    ["legacy", people],
  ]);
  expect(samplesOf(limited, "roboflow_labeler_info").filter(({ labels }) => labels["kind"] === "other")).toMatchObject([
    { labels: { labeler: "other", labeler_name: "other" } },
  ]);
  expect(kinds(limited).size).toBeLessThan(kinds(all).size);
});

test("the limit also holds for what was kept, which holds everyone", async () => {
  const directory = temporaryDirectory();
  await scraped({}, directory);
  simulator.setFaults([{ hang: "headers" }]);
  const config = configFrom(documentOf({ limits: { labelers: LIMIT } }), { storagePath: directory });
  const { exporter, url } = await startHarness(config, { clock });
  const labelers = labelersIn(await scrape(url), "roboflow_images_labeled");
  await exporter.stop();
  expect(labelers.size).toBe(LIMIT + 2);
  expect(labelers.has("other")).toBe(true);
});

test("people who are hidden are limited alike", async () => {
  const people = { identity: "hmac", hmac_key_file: "/hmac" };
  const families = await scraped({ people, limits: { labelers: LIMIT } });
  const labels = [...labelersIn(families, "roboflow_images_labeled")].toSorted();
  expect(labels).toHaveLength(LIMIT + 2);
  expect(labels.filter((label) => !/^[0-9a-f]{16}$/.test(label))).toEqual(["other"]);
});

test("backfill says that it writes everyone", async () => {
  const { host, output } = createTestHost({}, { clock });
  const document = JSON.stringify(documentOf({ limits: { labelers: LIMIT } }));
  const args = ["--from=2026-11-16", "--to=2026-11-16", "--requests-per-second=1000"];
  const target = `--output=${temporaryDirectory()}/history.om`;
  const code = await run(["backfill", "--config.file=/config", target, ...args], { ...host, readFile: () => document });
  expect(code, output.stderr).toBe(0);
  expect(output.stderr).toContain("limits.labelers is not applied");
});
