import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { textOf } from "../../src/exposition/chunk.ts";
import { createClient } from "../../src/roboflow/client.ts";
import { createDispatcher } from "../../src/roboflow/dispatcher.ts";
import { run } from "../../src/cli/program.ts";
import { loadConfig } from "../../src/config/load.ts";
import { poll } from "../../src/poller/poller.ts";
import { insights } from "../../src/sources/insights/insights.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { createTestHost } from "../support/test-host.ts";
import { DEFAULT_START, ManualClock, standingClock } from "../support/manual-clock.ts";

const NOW = Date.parse("2024-03-20T10:30:00Z");
const WORKSPACE = "aerial-survey";
const TARGET = 'job="roboflow",instance="127.0.0.1:17626"';
const WINDOWS = "today,3d,week";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 1, now: () => NOW, scenario: "healthy" });
});
afterAll(() => simulator.close());

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "roboflow-backfill-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
});

const key = () => simulator.workspaces.find(({ name }) => name === WORKSPACE)?.apiKey ?? "";
const environment = (): Record<string, string> => ({
  ROBOFLOW_API_URL: simulator.url,
  ROBOFLOW_WORKSPACE: WORKSPACE,
  ROBOFLOW_API_KEY: key(),
  WINDOWS,
});
const outputFile = () => path.join(directory, "history.om");

interface Given {
  readonly flags?: readonly string[];
  readonly nowMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
}

/** Runs the command on the wall's own clock for waits, but on a given day. */
async function backfill({ flags = [], nowMs = NOW, env = environment(), isTTY = false }: Given = {}) {
  const { host, output } = createTestHost(env);
  const clock = standingClock(nowMs);
  const stderr = { ...host.stderr, isTTY };
  const args = ["backfill", "--output", outputFile(), "--requests-per-second", "1000", ...flags];
  const before = simulator.requests.length;
  const exitCode = await run(args, { ...host, clock, stderr });
  return { exitCode, ...output, requests: simulator.requests.slice(before) };
}

/** Sample lines by series, of one moment. */
function samplesAt(seconds: number): Map<string, string> {
  const samples = new Map<string, string>();
  for (const line of readFileSync(outputFile(), "utf8").split("\n")) {
    const match = /^(.*\}) (\S+) (\d+)$/.exec(line);
    if (match && Number(match[3]) === seconds) samples.set(match[1] ?? "", match[2] ?? "");
  }
  return samples;
}

/** What a live poll of that day publishes, as a scrape of the target would keep it. */
async function liveSamples(date: string, env = environment()): Promise<Map<string, string>> {
  const given = { env, flags: {}, readFile: () => "", isCronExpression: () => true, knownMetrics: [] };
  const config = loadConfig(given);
  const [workspace] = config.workspaces;
  if (!workspace) throw new Error("no workspace");
  const dispatcher = createDispatcher({});
  const ask = createClient(
    { ...workspace.api, apiKey: workspace.apiKey },
    {
      dispatcher,
      clock: new ManualClock(DEFAULT_START, { wakes: "at once" }),
      random: Math.random,
      redact: (text) => text,
      observer: { onRequest: () => undefined, onRetry: () => undefined },
    },
  );
  const [{ signal }, nothing] = [new AbortController(), () => undefined];
  const observer = { answered: nothing, filterIgnored: nothing };
  const subject = { source: insights, name: WORKSPACE, settings: { workspace, people: config.people } };
  const clock = new ManualClock(`${date}T12:00:00Z`);
  const { data } = await poll(subject, { ask, clock, observer }, signal);
  await dispatcher.destroy();
  const texts = [...data.names, ...data.families]
    .flatMap(({ lines }) => lines)
    .flatMap(({ chunk }) => textOf(chunk).trimEnd().split("\n"));
  return new Map(
    texts.map((text) => {
      const [, series = "", value = ""] = /^(.*)\} (\S+)$/.exec(text) ?? [];
      return [`${series},${TARGET}}`, value];
    }),
  );
}

const lastSecond = (date: string) => Date.parse(`${date}T23:59:59Z`) / 1000;
const sorted = (samples: ReadonlyMap<string, string>) => [...samples].toSorted(([a], [b]) => (a < b ? -1 : 1));
const PERIOD = ["--from", "2024-02-27", "--to", "2024-03-05"];

describe("with --exact", () => {
  test("each day holds what a poll at its end would have published, in every window", async () => {
    const env = { ...environment(), WINDOWS: "today,7d,week,month,28d" };
    const { exitCode, stdout } = await backfill({ flags: [...PERIOD, "--exact"], env });
    expect(exitCode).toBe(0);
    for (const date of ["2024-02-27", "2024-02-29", "2024-03-03", "2024-03-05"]) {
      const live = await liveSamples(date, env);
      expect(live.size).toBeGreaterThan(300);
      expect(sorted(samplesAt(lastSecond(date)))).toEqual(sorted(live));
    }
    expect(stdout).not.toContain("Left out");
  });
});

describe("without --exact", () => {
  /** Whether the metric adds up over days, or the window is one day. */
  const isTold = (series: string) =>
    !/^roboflow_(workspace_)?(approval_ratio|images_labeled_unique|images_approved|images_marked_null|images_model_assisted)\{/.test(
      series,
    ) && !series.startsWith("roboflow_workspace_images_labeled{");
  const isOneDay = (series: string) => series.includes('window="today"');

  test("what adds up over days is reported, the rest only for single days, and the summary says so", async () => {
    const { exitCode, stdout, requests } = await backfill({ flags: PERIOD });
    expect(exitCode).toBe(0);
    // Eight days, and the two before the first that its widest window reaches back to.
    expect(requests).toHaveLength(10);
    for (const date of ["2024-02-27", "2024-02-29", "2024-03-05"]) {
      const live = [...(await liveSamples(date))].filter(([series]) => isOneDay(series) || isTold(series));
      expect(sorted(samplesAt(lastSecond(date)))).toEqual(sorted(new Map(live)));
    }
    expect(stdout).toContain("Left out, because they cannot be added up from days (--exact requests them):");
    expect(stdout).toMatch(
      /in 3d, week: roboflow_images_labeled_unique, roboflow_approval_ratio, .*roboflow_workspace_images_labeled/,
    );
    expect(stdout).toContain(
      `promtool tsdb create-blocks-from --max-block-duration=8760h openmetrics ${outputFile()} <Prometheus' data directory>`,
    );
  });

  test("each series is written once, in ascending time", async () => {
    await backfill({ flags: ["--from", "2024-03-01", "--to", "2024-03-05"] });
    const last = new Map<string, number>();
    let [current, samples] = ["", 0];
    for (const line of readFileSync(outputFile(), "utf8").split("\n")) {
      const [, series, seconds] = /^(.*\}) \S+ (\d+)$/.exec(line) ?? [];
      if (series === undefined) continue;
      samples++;
      if (series !== current) expect(last.has(series)).toBe(false);
      current = series;
      expect(Number(seconds)).toBeGreaterThan(last.get(series) ?? 0);
      last.set(series, Number(seconds));
    }
    expect(samples).toBeGreaterThan(5_000);
  });

  test("the labels of the target and the step are those asked for, excluded metrics stay out", async () => {
    writeFileSync(path.join(directory, "config.yaml"), "metrics: {exclude: [roboflow_boxes_drawn]}\n");
    const flags = ["--from", "2024-03-05", "--to", "2024-03-05", "--step", "6h", "--job", "j", "--instance", "i:1"];
    await backfill({ flags: [...flags, "--config.file", path.join(directory, "config.yaml")] });
    const text = readFileSync(outputFile(), "utf8");
    const times = new Set([...text.matchAll(/,job="j",instance="i:1"\} \S+ (\d+)$/gm)].map(([, time]) => Number(time)));
    const day = Date.parse("2024-03-05T00:00:00Z") / 1000;
    expect([...times]).toEqual([day + 21_600, day + 43_200, day + 64_800, day + 86_399]);
    expect(text).not.toContain("roboflow_boxes_drawn");
    expect(text.endsWith("\n# EOF\n")).toBe(true);
  });

  test("people are shown as the configuration says", async () => {
    writeFileSync(path.join(directory, "key"), "a key of more than sixteen characters");
    const config = `people: {identity: hmac, hmac_key_file: ${path.join(directory, "key")}}\n`;
    writeFileSync(path.join(directory, "config.yaml"), config);
    const flags = ["--from", "2024-03-05", "--to", "2024-03-05"];
    await backfill({ flags: [...flags, "--config.file", path.join(directory, "config.yaml")] });
    const text = readFileSync(outputFile(), "utf8");
    const [workspace] = simulator.workspaces;
    expect(text).toMatch(/labeler="[0-9a-f]{16}"/);
    for (const { id, displayName } of workspace?.labelers ?? []) {
      expect(text).not.toContain(`labeler="${id}"`);
      expect(text).not.toContain(`labeler_name="${displayName}"`);
    }
  });

  test("nothing is written of the last three hours", async () => {
    // One in the morning: the evening before is still in Prometheus' head block.
    const nowMs = Date.parse("2024-03-20T01:00:00Z");
    await backfill({ flags: ["--from", "2024-03-19", "--step", "30m"], nowMs });
    const text = readFileSync(outputFile(), "utf8");
    const latest = Math.max(...[...text.matchAll(/ (\d+)$/gm)].map(([, time]) => Number(time)));
    expect(new Date(latest * 1000).toISOString()).toBe("2024-03-19T21:30:00.000Z");
  });
});

describe("with --legacy", () => {
  const DAY_MS = 86_400_000;
  const legacySchema = z.object({
    data: z.object({
      ticks: z.array(
        z.object({
          values: z.record(
            z.string(),
            z.object({ total_time_spent_annotating_minutes: z.number(), total_boxes_created: z.number() }),
          ),
        }),
      ),
    }),
  });

  /** What the legacy endpoint says of the labelers in days up to one, asked past the program. */
  async function legacyTruth(date: string, days: number) {
    const end = Date.parse(date) + DAY_MS - 1;
    const query = new URLSearchParams({
      api_key: key(),
      start: String(end + 1 - days * DAY_MS),
      end: String(end),
      includeTicks: "true",
    });
    const answer = await (await fetch(`${simulator.url}/workspace-stats?${query.toString()}`)).json();
    const sums = new Map<string, { seconds: number; boxes: number }>();
    for (const { values } of legacySchema.parse(answer).data.ticks)
      for (const [labeler, value] of Object.entries(values)) {
        const sum = sums.get(labeler) ?? { seconds: 0, boxes: 0 };
        sum.seconds += value.total_time_spent_annotating_minutes * 60;
        sum.boxes += value.total_boxes_created;
        sums.set(labeler, sum);
      }
    return sums;
  }

  const valuesOf = (date: string, metric: string, window: string) =>
    new Map(
      [...samplesAt(lastSecond(date))].flatMap(([series, value]) => {
        const labeler = new RegExp(`^${metric}\\{.*labeler="([^"]*)",window="${window}"`).exec(series)?.[1];
        return labeler === undefined ? [] : [[labeler, Number(value)] as const];
      }),
    );

  test("where a day begins decides what is answered: in another time zone its answers are asked again", async () => {
    const flags = ["--from", "2023-07-30", "--to", "2023-08-01", "--legacy"];
    const inZone = (timezone: string) => {
      const file = path.join(directory, "config.yaml");
      writeFileSync(file, `poll: {timezone: ${timezone}}\n`);
      return backfill({ flags: [...flags, "--config.file", file] });
    };
    const first = await inZone("UTC");
    expect((await inZone("UTC")).requests).toEqual([]);
    const moved = await inZone("Asia/Tokyo");
    const kinds = ({ requests }: typeof first) => requests.map(({ path: asked }) => asked === "/workspace-stats");
    expect(kinds(first)).toContain(false);
    expect(kinds(moved)).toEqual(kinds(first).filter(Boolean));
    expect((await inZone("UTC")).requests).toEqual([]);
  });

  test("days before 2023-08-01 have what the legacy endpoint knows of labelers, and their names", async () => {
    const { exitCode, stdout } = await backfill({ flags: ["--from", "2023-07-20", "--to", "2023-08-03", "--legacy"] });
    expect(exitCode).toBe(0);
    let worked = 0;
    for (const date of ["2023-07-20", "2023-07-27", "2023-07-31", "2023-08-01", "2023-08-03"])
      for (const [window, days] of [
        ["today", 1],
        ["3d", 3],
      ] as const) {
        const truth = await legacyTruth(date, days);
        const seconds = valuesOf(date, "roboflow_legacy_labeler_annotating_seconds", window);
        const boxes = valuesOf(date, "roboflow_legacy_labeler_boxes_created", window);
        worked += truth.size;
        expect(new Set(seconds.keys())).toEqual(new Set(truth.keys()));
        for (const [labeler, sum] of truth) {
          expect(seconds.get(labeler)).toBeCloseTo(sum.seconds, 3);
          expect(boxes.get(labeler)).toBe(sum.boxes);
        }
      }
    expect(worked).toBeGreaterThan(3);
    const before = [...samplesAt(lastSecond("2023-07-27")).keys()];
    expect(before.some((series) => series.startsWith("roboflow_labeler_info{"))).toBe(true);
    expect(before.some((series) => series.startsWith("roboflow_images_labeled{"))).toBe(false);
    const after = [...samplesAt(lastSecond("2023-08-02")).keys()];
    expect(after.some((series) => series.startsWith("roboflow_images_labeled{"))).toBe(true);
    expect(stdout).toContain(
      "days, and the API does not have them otherwise:\n  in 3d, week: roboflow_legacy_labeler_images_labeled\n",
    );
  });

  test("its answers are kept like the others", async () => {
    const flags = ["--from", "2023-07-30", "--to", "2023-08-01", "--legacy"];
    await backfill({ flags });
    const written = readFileSync(outputFile(), "utf8");
    expect((await backfill({ flags })).requests).toEqual([]);
    expect(readFileSync(outputFile(), "utf8")).toBe(written);
  });

  test.each([
    { what: "gone", fault: { status: 410 }, problem: "2023-07-24: the API answered 410" },
    { what: "of another form", fault: { html: true }, problem: "2023-07-24: the API answered 200 with an HTML page" },
  ] as const)("an endpoint that is $what ends it, and says for which day", async ({ fault, problem }) => {
    simulator.setFaults([{ match: { endpoint: "workspace-stats" }, ...fault }]);
    const { exitCode, stderr } = await backfill({ flags: ["--from", "2023-07-26", "--to", "2023-08-01", "--legacy"] });
    simulator.setFaults([]);
    expect(stderr).toContain(problem);
    expect(exitCode).toBe(2);
  });
});

describe("the cache", () => {
  const cached = () => readdirSync(path.join(directory, "history.om.cache"), { recursive: true, encoding: "utf8" });

  test("what was answered is not asked again, but for young days; the output is the same", async () => {
    const first = await backfill({ flags: ["--from", "2024-03-01"] });
    const written = readFileSync(outputFile(), "utf8");
    const second = await backfill({ flags: ["--from", "2024-03-01"] });
    expect(first.requests.length).toBe(4 + 19);
    expect(second.requests.map(({ query }) => new URLSearchParams(query).get("startDate"))).toEqual(
      Array.from({ length: 14 }, (_, day) => new Date(Date.UTC(2024, 2, 6 + day)).toISOString().slice(0, 10)),
    );
    expect(readFileSync(outputFile(), "utf8")).toBe(written);
  });

  test("an answer that was given while its day was young is asked again once the day is old", async () => {
    const period = ["--from", "2024-02-26", "--to", "2024-03-01"];
    await backfill({ flags: period, nowMs: Date.parse("2024-03-10T12:00:00Z") });
    const later = await backfill({ flags: period });
    const days = later.requests.map(({ query }) => new URLSearchParams(query).get("startDate"));
    // On the tenth, these were less than 14 days old.
    expect(days).toEqual(["2024-02-25", "2024-02-26", "2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"]);
    expect((await backfill({ flags: period })).requests).toEqual([]);
  });

  test("another workspace or other filters have a place of their own", async () => {
    await backfill({ flags: ["--from", "2024-03-01", "--to", "2024-03-01"] });
    const project = simulator.workspaces[0]?.projects[0]?.slug ?? "";
    const config = `workspaces: [{name: ${WORKSPACE}, api_key: ${key()}, projects: [${project}]}]\n`;
    writeFileSync(path.join(directory, "config.yaml"), config);
    const flags = ["--from", "2024-03-01", "--to", "2024-03-01", "--config.file", path.join(directory, "config.yaml")];
    const { requests } = await backfill({ flags, env: { ROBOFLOW_API_URL: simulator.url, WINDOWS } });
    expect(requests).toHaveLength(5);
    expect(readdirSync(path.join(directory, "history.om.cache"))).toHaveLength(2);
  });

  test.each([
    { what: "damaged", spoil: (text: string) => text.replace(/\d/g, "7") },
    { what: "cut off", spoil: (text: string) => text.slice(0, text.length / 2) },
    { what: "empty", spoil: () => "" },
  ])("a file that is $what is reported and asked again", async ({ spoil }) => {
    const period = ["--from", "2024-02-01", "--to", "2024-02-01"];
    await backfill({ flags: period });
    const written = readFileSync(outputFile(), "utf8");
    const file = path.join(
      directory,
      "history.om.cache",
      cached().find((name) => name.endsWith("02-01.insights.json")) ?? "",
    );
    writeFileSync(file, spoil(readFileSync(file, "utf8")));
    const { exitCode, stderr, requests } = await backfill({ flags: period });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`${file} `);
    expect(stderr).toContain("it is requested again");
    expect(requests).toHaveLength(1);
    expect(readFileSync(outputFile(), "utf8")).toBe(written);
  });

  test("a file that was renamed answers no other day", async () => {
    const period = ["--from", "2024-02-01", "--to", "2024-02-01"];
    await backfill({ flags: period });
    const file = path.join(
      directory,
      "history.om.cache",
      cached().find((name) => name.endsWith("02-01.insights.json")) ?? "",
    );
    writeFileSync(file, readFileSync(file.replace("02-01", "01-31"), "utf8"));
    expect((await backfill({ flags: period })).requests).toHaveLength(1);
  });
});

describe("an API that fails", () => {
  test("ends it with the reason and status 2; the same command goes on from there", async () => {
    simulator.setFaults([{ match: { startDate: "2024-02-10" }, status: 401 }]);
    const flags = ["--from", "2024-02-08", "--to", "2024-02-13"];
    const failed = await backfill({ flags });
    simulator.setFaults([]);
    expect(failed.exitCode).toBe(2);
    expect(failed.stderr).toContain("2024-02-10: the API answered 401");
    expect(failed.stderr).toContain(`5 responses are kept in ${outputFile()}.cache; run`);
    expect(existsSync(outputFile())).toBe(false);
    const resumed = await backfill({ flags });
    expect(resumed.exitCode).toBe(0);
    // Nine days, of which five were answered before.
    expect(resumed.requests).toHaveLength(4);
  });

  test("an interrupt ends it in the same way", async () => {
    simulator.setFaults([{ match: { startDate: "2024-02-10" }, hang: "headers" }]);
    const { host, output, stop } = createTestHost(environment());
    const args = ["backfill", "--output", outputFile(), "--requests-per-second", "1000", "--from", "2024-02-08"];
    const ended = run(args, { ...host, clock: standingClock(NOW), stderr: { ...host.stderr, isTTY: true } });
    while (simulator.requests.at(-1)?.query.includes("2024-02-10") !== true) await nextTurn();
    stop();
    expect(await ended).toBe(2);
    simulator.setFaults([]);
    // In the place of the bar.
    expect(output.stderr).toContain("\r\u001b[Kstopped");
    expect((await backfill({ flags: ["--from", "2024-02-08", "--to", "2024-02-13"] })).requests).toHaveLength(4);
  });

  test("an interrupt while the file is written leaves nothing half-made", async () => {
    const { host, output, stop } = createTestHost(environment());
    const write = (text: string) => {
      if (text.includes("MB written")) stop();
      return host.stderr.write(text);
    };
    const args = ["backfill", "--output", outputFile(), "--requests-per-second", "1000", "--from", "2024-02-08"];
    const clock = standingClock(NOW);
    expect(await run(args, { ...host, clock, stderr: { write, isTTY: true } })).toBe(2);
    expect(output.stderr).toContain("stopped");
    expect(readdirSync(directory)).toEqual(["history.om.cache"]);
  });

  test("the key is in no output and no file", async () => {
    simulator.setFaults([{ match: { startDate: "2024-02-10" }, status: 500, body: `{"error":"${key()}"}`, times: 1 }]);
    const { stderr, stdout } = await backfill({ flags: ["--from", "2024-02-08", "--to", "2024-02-13"] });
    simulator.setFaults([]);
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
    expect(files.length).toBeGreaterThan(5);
    for (const text of [stderr, stdout, ...texts]) expect(text).not.toContain(key());
  });
});

test("on a terminal it shows how far it is and how long it still takes", async () => {
  const { stderr } = await backfill({ flags: ["--from", "2024-02-08", "--to", "2024-02-13"], isTTY: true });
  expect(stderr).toMatch(/\[#*\.+\] \d+\/9 responses, \d+ s left[^]*MB written/);
  // The line is wiped at the end: the summary comes after it.
  expect(stderr.endsWith("\r\u001b[K")).toBe(true);
});
