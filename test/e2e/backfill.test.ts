import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, calendarDay } from "../../src/calendar/windows.ts";
import { startSimulator, type Simulator } from "../../src/simulator/server.ts";
import { eventually } from "../support/eventually.ts";
import { freeAddress } from "../support/free-port.ts";
import { areInstalled } from "../support/installed.ts";
import { answerOf, panelQuery } from "../support/panel-answers.ts";
import { runProgram, startProgram, type RunningProgram } from "../support/program.ts";
import { run } from "../support/programs.ts";
import { type Prometheus, type Series, startPrometheus } from "../support/prometheus.ts";
import { sumBy, truthOf, truthOfWindow } from "../support/simulated-truth.ts";

const WORKSPACE = "aerial-survey";
const DAYS = 730;
const DAY_MS = 86_400_000;
const PATIENCE_MS = 60_000;

const installed = areInstalled("prometheus", "promtool");

describe.skipIf(!installed)("two years of history in a real Prometheus", () => {
  const now = Date.now();
  const today = calendarDay(now, "UTC");
  const dayBefore = (days: number) => addDays(today, -days);
  const midnightAfter = (date: string) => (Date.parse(date) + DAY_MS) / 1000;
  // At night the last three hours of yesterday are not written: what stands earlier in the day is its value too.
  const ofDay = (selector: string, date: string) =>
    prometheus.query(`last_over_time(${selector}[17h])`, midnightAfter(date));
  const directory = mkdtempSync(join(tmpdir(), "roboflow-backfill-"));
  let simulator: Simulator;
  let exporter: RunningProgram;
  let prometheus: Prometheus;
  let summary: string;

  beforeAll(async () => {
    // The world stands still, so that what was polled and what is asked later are the same.
    simulator = await startSimulator({ port: 0, seed: 1, now: () => now, scenario: "healthy" });
    const [scraped, listening] = [await freeAddress(), await freeAddress()];
    const env = {
      ROBOFLOW_API_URL: simulator.url,
      ROBOFLOW_WORKSPACE: WORKSPACE,
      ROBOFLOW_API_KEY: simulator.workspaces[0]?.apiKey ?? "",
    };
    const output = join(directory, "history.om");
    const flags = ["--from", dayBefore(DAYS), "--output", output, "--instance", scraped, "--step", "6h"];
    const { exitCode, stdout, stderr } = await runProgram(["backfill", ...flags, "--requests-per-second", "1000"], env);
    if (exitCode !== 0) throw new Error(stderr);
    summary = stdout;
    mkdirSync(join(directory, "data"));
    const printed = /^ {2}promtool (tsdb .*) <Prometheus' data directory>$/m.exec(stdout)?.[1] ?? "";
    const blocks = await run("promtool", [...printed.split(" "), join(directory, "data")]);
    if (blocks.code !== 0) throw new Error(blocks.output);
    const job = { job_name: "roboflow", scrape_interval: "1s", static_configs: [{ targets: [scraped] }] };
    writeFileSync(join(directory, "prometheus.yml"), JSON.stringify({ scrape_configs: [job] }));
    exporter = startProgram([`--web.listen-address=${scraped}`], env);
    const retention = /--storage\.tsdb\.retention\.time=\d+d/.exec(stdout)?.[0] ?? "";
    prometheus = await startPrometheus(directory, listening, [retention]);
  }, 300_000);

  afterAll(async () => {
    await exporter[Symbol.asyncDispose]();
    await prometheus[Symbol.asyncDispose]();
    await simulator.close();
    rmSync(directory, { recursive: true });
  });

  const byPair = (series: readonly Series[]) =>
    new Map(
      series
        .map(({ metric, points }) => [`${metric["project"]} ${metric["labeler"]}`, points[0]?.value] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );

  /** By project id and labeler id, as {@link byPair}. */
  async function truth(field: "imagesLabeled" | "boxesDrawn", window: string, date: string) {
    const { data } = await truthOfWindow(simulator, WORKSPACE, window, date);
    const rows = data as ((typeof data)[number] & { readonly projectId: string })[];
    const pairs = rows.map((row) => [`${row.projectId} ${row.labelerId}`, row[field]] as const);
    return new Map(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  test.each([1, 2, 30, 365, 500, 729, 730])(
    "%s days ago each window is what the API says of that day",
    async (back) => {
      const date = dayBefore(back);
      for (const window of ["today", "7d", "14d", "28d", "all"]) {
        for (const [metric, field] of [
          ["roboflow_images_labeled", "imagesLabeled"],
          ["roboflow_boxes_drawn", "boxesDrawn"],
        ] as const) {
          const series = await ofDay(`${metric}{window="${window}"}`, date);
          expect(byPair(series)).toEqual(await truth(field, window, date));
        }
      }
    },
  );

  test("before the first day there is nothing", async () => {
    const answer = await ofDay('roboflow_images_labeled{window="all"}', dayBefore(DAYS + 1));
    expect(answer).toEqual([]);
  });

  test("live scrapes go on with the same series, and what they add is the work of today", async () => {
    const live = await eventually(async () => {
      const series = await prometheus.query('roboflow_images_labeled{window="all"}', Date.now() / 1000);
      if (series.length === 0) throw new Error("nothing scraped yet");
      return series;
    }, PATIENCE_MS);
    const past = await ofDay('roboflow_images_labeled{window="all"}', dayBefore(1));
    expect(past.length).toBeGreaterThan(30);
    // A label that differed would make it another series.
    const labelsOf = (series: readonly Series[]) => new Set(series.map(({ metric }) => JSON.stringify(metric)));
    expect(past.filter(({ metric }) => !labelsOf(live).has(JSON.stringify(metric)))).toEqual([]);
    const added = new Map(
      [...byPair(live)].map(([pair, value]) => [pair, (value ?? 0) - (byPair(past).get(pair) ?? 0)]),
    );
    const worked = await truth("imagesLabeled", "today", today);
    expect(new Map([...added].filter(([, value]) => value !== 0))).toEqual(worked);
    const names = await prometheus.query("roboflow_labeler_info", Date.now() / 1000);
    const namesThen = await ofDay("roboflow_labeler_info", dayBefore(1));
    expect(labelsOf(names)).toEqual(labelsOf(namesThen));
  });

  test("the dashboards' bars per day show past days", async () => {
    const query = panelQuery("roboflow-overview", "Images labeled per day, by project", "A");
    const chosen = { workspace: WORKSPACE, project: ".*", labeler: ".*", window: "7d" };
    for (const back of [30, 365]) {
      const date = dayBefore(back);
      const series = await answerOf(prometheus, query, chosen, midnightAfter(date));
      const bars = series.flatMap(({ metric, points }) => {
        const value = points.find(({ time }) => time === Date.parse(date) / 1000)?.value ?? 0;
        return value === 0 ? [] : [[metric["project_name"] ?? "", value] as const];
      });
      const { data } = await truthOf(simulator, WORKSPACE, date, date);
      const worked = sumBy(
        data,
        (row) => row.projectName,
        (row) => row.imagesLabeled,
      );
      expect(new Map(bars.toSorted())).toEqual(new Map([...worked].toSorted()));
    }
  });

  test("the summary says what is in the file", () => {
    expect(summary).toContain(`each day from ${dayBefore(DAYS)} to ${dayBefore(1)}`);
  });
});
