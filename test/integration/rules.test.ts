import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { run } from "../../src/cli/program.ts";
import { RULES_FORMATS } from "../../src/rules/rules.ts";
import { needs, run as runProgram } from "../support/programs.ts";
import { prometheusFiles, prometheusText } from "../support/rule-files.ts";
import { createTestHost } from "../support/test-host.ts";

interface Alert {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[];
}

const SLOW = { timeout: 180_000 };
const folder = mkdtempSync(join(tmpdir(), "roboflow-rules-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function printed(...options: readonly string[]): Promise<string> {
  const { host, output } = createTestHost();
  expect(await run(["rules", ...options], host), output.stderr).toBe(0);
  return output.stdout;
}

async function problemsOf(...options: readonly string[]): Promise<readonly string[]> {
  const { host, output } = createTestHost();
  expect(await run(["rules", ...options], host)).toBe(1);
  expect(output.stdout).toBe("");
  return output.stderr.trimEnd().split("\n");
}

const fileOf = (text: string) => parse(text) as RuleFile;
const rulesIn = ({ groups }: RuleFile) => groups.flatMap(({ rules }) => rules);

function committed(): ReadonlyMap<string, string> {
  return new Map(prometheusFiles("rules").map((path) => [path.replace("rules/", ""), prometheusText(path)]));
}

test("without options all committed rules are printed as one file, groups that are read before those that read them", async () => {
  const { groups } = fileOf(await printed());
  const kept = [...committed().values()].flatMap((text) => [...fileOf(text).groups]);
  const byName = (all: RuleFile["groups"]) => all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(byName(groups)).toEqual(byName(kept));
  const names = groups.map(({ name }) => name);
  expect(names.indexOf("roboflow-names")).toBeLessThan(names.indexOf("roboflow-alerts-quality"));
});

test("the operator's object holds the same rules", async () => {
  const { spec, ...object } = parse(await printed("--format=prometheusrule")) as { spec: RuleFile };
  expect(object).toEqual({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name: "roboflow-exporter" },
  });
  expect(spec).toEqual(fileOf(await printed()));
});

test("the ConfigMap holds the committed files, as they are", async () => {
  const { data, ...object } = parse(await printed("--format=configmap")) as { data: object };
  expect(object).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "roboflow-exporter-rules" } });
  expect(new Map(Object.entries(data))).toEqual(committed());
});

test("the example of Alertmanager's configuration is the committed one", async () => {
  expect(await printed("--format=alertmanager-example")).toBe(prometheusText("alertmanager.yml"));
});

const CHOSEN = [
  "--runbook-base-url=https://git.example.com/runbooks/",
  "--dashboard-base-url=https://grafana.example.com",
  "--target=0.95",
  "--severity-map=critical=page, warning=ticket",
  "--timezone=Europe/Berlin",
  "--working-hours=07:30-16:00",
];

test("addresses, target and severities are those of the place", async () => {
  const rules = rulesIn(fileOf(await printed(...CHOSEN)));
  const one = rules.find(({ alert }) => alert === "RoboflowLabelerIdle");
  expect(one?.annotations["dashboard_url"]).toBe(
    "https://grafana.example.com/d/roboflow-labeler?var-workspace={{ $labels.workspace | urlquery }}&var-labeler={{ $labels.labeler | urlquery }}",
  );
  expect(one?.annotations["runbook_url"]).toBe("https://git.example.com/runbooks/RoboflowLabelerIdle.md");
  const severities = rules.flatMap(({ alert, labels }) => (alert === undefined ? [] : [labels["severity"]]));
  expect(new Set(severities)).toEqual(new Set(["page", "ticket", "info"]));
  const target = rules.find(({ record }) => record === "project:roboflow_approval_target:ratio");
  expect(target?.expr).toContain("0.95 + 0 *");
});

test("workspaces without a calendar work in the hours and the zone of the place", async () => {
  const { groups } = fileOf(await printed(...CHOSEN));
  const names = groups.map(({ name }) => name);
  expect(names.indexOf("roboflow-local-time")).toBe(names.indexOf("roboflow-output-pairs") - 1);
  const office = rulesIn({ groups }).find(({ record }) => record === "global:roboflow_office_hours:bool");
  const hour = "(hour(global:roboflow_local_time:seconds) + minute(global:roboflow_local_time:seconds) / 60)";
  expect(office?.expr).toContain(`* (${hour} >= bool 7.5) * (${hour} < bool 16)`);
});

test("with a directory the committed files are written, as they are", async () => {
  const directory = join(folder, "written");
  expect(await printed(`--output-dir=${directory}`)).toBe("");
  expect(await printed(`--output-dir=${directory}`, "--format=alertmanager-example")).toBe("");
  const written = readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), "utf8")] as const);
  expect(new Map(written)).toEqual(new Map([...committed(), ["alertmanager.yml", prometheusText("alertmanager.yml")]]));
});

test("a file in place of the directory is refused", async () => {
  const file = join(folder, "taken");
  writeFileSync(file, "");
  expect(await problemsOf(`--output-dir=${file}`)).toEqual([
    `--output-dir: ${JSON.stringify(file)} cannot be written to (ENOTDIR: not a directory); give a directory this user may create and write to`,
  ]);
});

test("a directory whose parent is missing is refused", async () => {
  const directory = join(folder, "missing", "rules");
  expect(await problemsOf(`--output-dir=${directory}`)).toEqual([
    `--output-dir: ${JSON.stringify(directory)} cannot be written to (ENOENT: no such file or directory); give a directory this user may create and write to`,
  ]);
});

test("hours, zone and severities are those of the example of Alertmanager, too", async () => {
  const text = await printed(...CHOSEN, "--severity-map=info=low", "--format=alertmanager-example");
  const { time_intervals: intervals } = parse(text) as { time_intervals: readonly unknown[] };
  const times = [{ start_time: "07:30", end_time: "16:00" }];
  expect(intervals).toEqual([
    {
      name: "working-hours",
      time_intervals: [{ weekdays: ["monday:friday"], times, location: "Europe/Berlin" }],
    },
  ]);
  expect(text).toContain('matchers: ["area=exporter", "severity=low"]');
});

test.each([
  ["--format=html", "is not a format; valid names: rules, prometheusrule, configmap, alertmanager-example"],
  ["--target=95", "is not a number from 0 to 1; use 0.95"],
  ["--target=high", "is not a number from 0 to 1; use one in that range"],
  ["--runbook-base-url=runbooks", "is not a URL; write it like https://api.roboflow.com"],
  ["--dashboard-base-url=ftp://grafana.example.com", "is neither http nor https; use https://…"],
  [
    "--severity-map=page",
    "is not a list of severities and other words for them; write it as critical=page,warning=ticket",
  ],
  [
    "--severity-map=critical=very high",
    "is not a list of severities and other words for them; write it as critical=page,warning=ticket",
  ],
  ["--severity-map=warnings=ticket", 'names "warnings"; did you mean "warning"?'],
  ["--timezone=+02:00", "is not an IANA time zone; use a name like UTC or Europe/Berlin"],
  ["--working-hours=9-17", 'is not a span of hours; write it as "09:00-18:00"'],
])("refuses %s", async (option, problem) => {
  const at = option.indexOf("=");
  expect(await problemsOf(option)).toEqual([
    `${option.slice(0, at)}: ${JSON.stringify(option.slice(at + 1))} ${problem}`,
  ]);
});

test("promtool and amtool accept what is printed, in every format", SLOW, async (context) => {
  await needs("promtool", context);
  await needs("amtool", context);
  const texts = new Map<string, string>();
  for (const format of RULES_FORMATS) texts.set(format, await printed(...CHOSEN, `--format=${format}`));
  const { spec } = parse(texts.get("prometheusrule") ?? "") as { spec: object };
  const { data } = parse(texts.get("configmap") ?? "") as { data: Readonly<Record<string, string>> };
  const files = { "rules.yml": texts.get("rules") ?? "", "spec.yml": JSON.stringify(spec), ...data };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const paths = Object.keys(files).map((file) => join(folder, file));
  const checked = await runProgram("promtool", ["check", "rules", "--lint=all", "--lint-fatal", ...paths]);
  expect(checked.code, checked.output).toBe(0);
  const example = join(folder, "alertmanager.yaml");
  writeFileSync(example, texts.get("alertmanager-example") ?? "");
  const accepted = await runProgram("amtool", ["check-config", example]);
  expect(accepted.code, accepted.output).toBe(0);
});
