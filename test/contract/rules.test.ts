import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { ruleFiles } from "../../src/rules/rules.ts";
import { knownSeries } from "../support/known-series.ts";
import { needs, run } from "../support/programs.ts";
import { analysePromql } from "../support/promql.ts";
import { fallZ, interval95, targetZ, type Decisions } from "../support/proportions.ts";
import * as files from "../support/rule-files.ts";

const SLOW = { timeout: 180_000 };
const alerts = files.alertRules();
const records = files.recordingRules();

describe("Prometheus's own tools", () => {
  test("promtool accepts the rules with every lint", SLOW, async (context) => {
    await needs("promtool", context);
    const rules = files.prometheusFiles("rules").map(files.prometheusPath);
    const { code, output } = await run("promtool", ["check", "rules", "--lint=all", "--lint-fatal", ...rules]);
    expect(code, output).toBe(0);
    expect(output).not.toContain("FAILED");
  });

  test.concurrent.for(files.prometheusFiles("tests"))("promtool's tests in %s pass", SLOW, async (file, context) => {
    await needs("promtool", context);
    const { code, output } = await run("promtool", ["test", "rules", files.prometheusPath(file)]);
    expect(code, output).toBe(0);
  });

  test("promtool accepts prometheus.yml and finds all rule files through it", SLOW, async (context) => {
    await needs("promtool", context);
    const { code, output } = await run("promtool", ["check", "config", files.prometheusPath("prometheus.yml")]);
    expect(code, output).toBe(0);
    expect(output).toContain(`${files.prometheusFiles("rules").length} rule files found`);
  });

  test("promtool accepts grafana-cloud.yml as the configuration of an agent", SLOW, async (context) => {
    await needs("promtool", context);
    const agent = ["check", "config", "--agent", files.prometheusPath("grafana-cloud.yml")];
    const { code, output } = await run("promtool", agent);
    expect(code, output).toBe(0);
  });

  test("amtool accepts alertmanager.yml", SLOW, async (context) => {
    await needs("amtool", context);
    const { code, output } = await run("amtool", ["check-config", files.prometheusPath("alertmanager.yml")]);
    expect(code, output).toBe(0);
  });

  test.for([
    { area: "quality", severity: "warning", receiver: "annotation" },
    { area: "output", severity: "info", receiver: "annotation" },
    { area: "exporter", severity: "critical", receiver: "operators" },
    { area: "exporter", severity: "info", receiver: "operators" },
  ])("Alertmanager sends $severity of area $area to $receiver", SLOW, async ({ area, severity, receiver }, context) => {
    await needs("amtool", context);
    const config = `--config.file=${files.prometheusPath("alertmanager.yml")}`;
    const labels = [`area=${area}`, `severity=${severity}`];
    const { code, output } = await run("amtool", ["config", "routes", "test", config, ...labels]);
    expect({ code, receiver: output.split("\n", 1)[0] }).toEqual({ code: 0, receiver });
  });
});

describe("alerts", () => {
  const checks = files.alertChecks();

  test("have names of their own with the common prefix", () => {
    const names = alerts.map(({ alert }) => alert);
    expect(names.filter((name) => !/^Roboflow([A-Z][a-z]+)+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test.for(alerts)("$alert has annotations that help, and its runbook", ({ alert, annotations }) => {
    // A summary stands alone in a list: it says who or what, and the number or the reason.
    expect(annotations.summary).not.toMatch(/\n|\.$/);
    if (alert !== "RoboflowExporterAbsent") expect(annotations.summary).toContain("{{ $labels.");
    for (const line of annotations.description.split("\n")) expect(line).toMatch(/\.(\{\{ (end|else) \}\}.*)?$/);
    expect(annotations.dashboard_url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/d\/roboflow-[a-z]+\?var-workspace=/);
    expect(annotations.runbook_url).toBe(`prometheus/runbooks/${alert}.md`);
    expect(files.prometheusFiles("runbooks")).toContain(`runbooks/${alert}.md`);
  });

  test.for(alerts)("$alert has at least three tests, of firing and of silence", ({ alert }) => {
    const own = checks.filter((check) => check.alert === alert);
    expect(new Set(own.map((check) => check.test)).size).toBeGreaterThanOrEqual(3);
    expect(own.some((check) => check.fires)).toBe(true);
    expect(own.some((check) => !check.fires)).toBe(true);
  });

  test("that are tested exist", () => {
    const names = alerts.map(({ alert }) => alert);
    expect(checks.filter((check) => !names.includes(check.alert))).toEqual([]);
  });

  test("that Alertmanager's example names exist", () => {
    const named = files.prometheusText("alertmanager.yml").match(/Roboflow\w+/g) ?? [];
    const names = alerts.map(({ alert }) => alert);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });

  test("are all in the README, with their severity and for", () => {
    const readme = files.prometheusText("README.md");
    const missing = alerts.filter(({ alert, for: pending, labels }) => {
      const line = readme.split("\n").find((candidate) => candidate.startsWith(`| [${alert}](`));
      const cells = line?.split("|").map((cell) => cell.trim()) ?? [];
      return !cells.includes(labels.severity) || !cells.includes(pending);
    });
    expect(missing.map(({ alert }) => alert)).toEqual([]);
  });
});

describe("runbooks", () => {
  const ABOUT_WORK = alerts.filter(({ labels }) => labels.area !== "exporter");

  test.for(ABOUT_WORK)("a manager finds in the one of $alert what to do, without a query", ({ alert }) => {
    const [, diagnosis = ""] = files.prometheusText(`runbooks/${alert}.md`).split("## Diagnosis\n\n");
    const [paragraph = ""] = diagnosis.split("\n\n");
    expect(paragraph).toMatch(/^\*\*For managers\.\*\* /);
    expect(paragraph).not.toMatch(/```|[a-z]+:roboflow_/);
  });

  test.for(ABOUT_WORK)("the one of $alert asks for projects and people by name", ({ alert }) => {
    const ids = files
      .runbookQueries(`runbooks/${alert}.md`)
      .flatMap((expr) => analysePromql(expr).selectors.flatMap(({ matchers }) => matchers))
      .filter(({ label }) => label === "project" || label === "labeler");
    expect(ids).toEqual([]);
  });

  test.for(files.prometheusFiles("runbooks"))("%s belongs to an alert and has its four parts in order", (path) => {
    const name = /^runbooks\/(\w+)\.md$/.exec(path)?.[1];
    expect(alerts.map(({ alert }) => alert)).toContain(name);
    const headings = files.prometheusText(path).match(/^#.*$/gm);
    expect(headings).toEqual([`# ${name ?? ""}`, "## Meaning", "## Impact", "## Diagnosis", "## Mitigation"]);
    expect(files.runbookQueries(path)).not.toEqual([]);
  });
});

interface Query {
  readonly where: string;
  readonly expr: string;
}

function allQueries(): Query[] {
  const ofRecords = records.map(({ record, expr }) => ({ where: record, expr }));
  const ofAlerts = alerts.map(({ alert, expr }) => ({ where: alert, expr }));
  const ofMessages = alerts.flatMap(({ alert, annotations }) =>
    files.templateQueries(annotations.description).map((expr) => ({ where: `description of ${alert}`, expr })),
  );
  const ofRunbooks = files
    .prometheusFiles("runbooks")
    .flatMap((path) => files.runbookQueries(path).map((expr) => ({ where: path, expr })));
  return [...ofRecords, ...ofAlerts, ...ofMessages, ...ofRunbooks];
}

describe("PromQL of rules, messages and runbooks", () => {
  const selectors = allQueries().flatMap(({ where, expr }) =>
    analysePromql(expr).selectors.map((selector) => ({ where, ...selector })),
  );

  test("is valid", () => {
    const broken = allQueries().filter(({ expr }) => analysePromql(expr).errors.length > 0);
    expect(broken).toEqual([]);
  });

  test("reads only series that exist, by labels that they have", async () => {
    const known = await knownSeries();
    const wrong = selectors.filter(({ metric, matchers }) => {
      const labels = known.get(metric);
      return labels === undefined || matchers.some(({ label }) => !labels.includes(label));
    });
    expect(wrong).toEqual([]);
  });

  test("names exactly one window wherever there are windows", async () => {
    const known = await knownSeries();
    const wrong = selectors.filter(({ metric, matchers }) => {
      const windows = matchers.filter(({ label }) => label === "window");
      const expected = known.get(metric)?.includes("window") === true ? 1 : 0;
      return windows.length !== expected || windows.some(({ operator }) => operator !== "=");
    });
    expect(wrong).toEqual([]);
  });

  test("looks back a week at most in rules, so that no retention is too short", () => {
    const names = new Set([...records.map(({ record }) => record), ...alerts.map(({ alert }) => alert)]);
    const ranges = selectors.filter(({ where, range }) => names.has(where) && range !== undefined);
    expect(new Set(ranges.map(({ range }) => range))).toEqual(new Set(["5m", "1h", "6h", "3d", "7d"]));
  });

  test("and two weeks in subqueries, which is the retention that the rules ask for", () => {
    const ranges = [...records, ...alerts].flatMap(({ expr }) =>
      [...expr.matchAll(/\[(\w+):/g)].map(([, range]) => range),
    );
    expect(new Set(ranges)).toEqual(new Set(["3d", "10d", "14d"]));
  });

  test("averages nothing", () => {
    const averaging = allQueries().filter(({ expr }) => /\bavg(_over_time)?\b/.test(expr));
    expect(averaging).toEqual([]);
  });
});

interface Case {
  readonly now: Decisions;
  readonly before: Decisions;
}

const decided = (approved: number, rejected: number): Decisions => ({ approved, rejected });

const CASES: readonly Case[] = [
  { now: decided(60, 40), before: decided(190, 10) },
  { now: decided(1, 0), before: decided(0, 1) },
  { now: decided(0, 1), before: decided(1, 0) },
  { now: decided(0, 20), before: decided(1, 49) },
  { now: decided(20, 0), before: decided(49, 1) },
  { now: decided(3, 2), before: decided(7, 5) },
  { now: decided(27, 4), before: decided(280, 41) },
  { now: decided(14, 6), before: decided(47, 3) },
  { now: decided(999, 1), before: decided(2990, 10) },
  { now: decided(1, 999), before: decided(10, 2990) },
  { now: decided(12345, 6789), before: decided(54321, 9876) },
  { now: decided(1e6, 1), before: decided(3e6, 7) },
];

const SHARE = "project_labeler:roboflow_images_approved_per_reviewed";

/** Each labeler is alone in a project of the same number, so that the project's past is the labeler's. */
function seriesOf({ now, before }: Case, id: number): { series: string; values: string }[] {
  const of = (metric: string, window: string, value: number) => ({
    series: `roboflow_images_${metric}{workspace="w",project="p${id}",labeler="l${id}",window="${window}"}`,
    values: `${value}x2`,
  });
  return [
    of("approved", "7d", now.approved),
    of("rejected", "7d", now.rejected),
    ...["28d", "all"].flatMap((window) => [
      of("approved", window, now.approved + before.approved),
      of("rejected", window, now.rejected + before.rejected),
    ]),
  ];
}

/** PromQL that is 1 where a series equals the number, up to the rounding of doubles, and 0 where it does not. */
function equals(selector: string, expected: number): { expr: string; eval_time: string; exp_samples: unknown[] } {
  const tolerance = 1e-12 * Math.max(1, Math.abs(expected));
  const expr = `sum(abs(${selector} - (${expected})) <= bool ${tolerance})`;
  return { expr, eval_time: "1m", exp_samples: [{ labels: "{}", value: 1 }] };
}

/** What the rules need before they judge: decisions now and before, and a fall of five points. */
function scoresOf({ now, before }: Case): Readonly<Record<string, number | undefined>> {
  const judged = { now, past: before, days: 4.5, rho: 0.05, target: 0.9 };
  const n = now.approved + now.rejected;
  const fell = fallZ(judged);
  const [lower, upper] = interval95(judged);
  return {
    'target_zscore{window="7d"': n >= 20 ? targetZ(judged) : undefined,
    'fall_zscore{window="7d"': n >= 100 && fell > 3 ? fell : undefined,
    'lower95{window="7d"': lower,
    'upper95{window="7d"': upper,
  };
}

function comparisons(one: Case, id: number): unknown[] {
  return Object.entries(scoresOf(one)).flatMap(([selector, expected]) =>
    expected === undefined ? [] : [equals(`${SHARE}:${selector},labeler="l${id}"}`, expected)],
  );
}

async function evaluate(series: unknown[], expressions: unknown[]) {
  const folder = mkdtempSync(join(tmpdir(), "roboflow-rules-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const tests = [{ interval: "1m", input_series: series, promql_expr_test: expressions }];
  const rules = [files.prometheusPath("rules/recording-approval.yml")];
  const file = join(folder, "arithmetic.yml");
  // Without an order promtool takes the groups as they come.
  const order = ruleFiles()
    .filter(({ file: name }) => name === "recording-approval.yml")
    .flatMap(({ groups }) => groups.map(({ name }) => name));
  writeFileSync(file, stringify({ rule_files: rules, evaluation_interval: "1m", group_eval_order: order, tests }));
  return await run("promtool", ["test", "rules", file]);
}

describe("arithmetic of the rules", () => {
  const series = CASES.flatMap(seriesOf);

  test("scores equal an independent computation", SLOW, async (context) => {
    await needs("promtool", context);
    const expressions = CASES.flatMap(comparisons);
    const kinds = ["target_zscore", "fall_zscore", "lower95", "upper95"];
    for (const kind of kinds) expect(JSON.stringify(expressions)).toContain(kind);
    const { code, output } = await evaluate(series, expressions);
    expect(code, output).toBe(0);
  });

  test("a difference in the ninth digit would be noticed", SLOW, async (context) => {
    await needs("promtool", context);
    const score = targetZ({ now: decided(60, 40), past: decided(190, 10), days: 4.5, rho: 0.05, target: 0.9 });
    const off = equals(`${SHARE}:target_zscore{labeler="l0",window="7d"}`, score * (1 + 1e-9));
    const { code } = await evaluate(series, [off]);
    expect(code).not.toBe(0);
  });

  test("nothing decided has no score", SLOW, async (context) => {
    await needs("promtool", context);
    const nothing = seriesOf({ now: decided(0, 0), before: decided(5, 5) }, 0);
    const operations = [
      'ratio{window="7d"}',
      'target_zscore{window="7d"}',
      'fall_zscore{window="7d"}',
      'lower95{window="7d"}',
    ];
    const expressions = operations.map((operation) => ({
      expr: `${SHARE}:${operation}`,
      eval_time: "1m",
      exp_samples: [],
    }));
    const { code, output } = await evaluate(nothing, expressions);
    expect(code, output).toBe(0);
  });
});
