import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";

const PROMETHEUS = new URL("../../prometheus/", import.meta.url);

const text = z.string();
const record = z.strictObject({ record: text, expr: text, labels: z.record(text, text).optional() });
const alert = z.strictObject({
  alert: text,
  expr: text,
  for: text,
  keep_firing_for: text.optional(),
  labels: z.strictObject({
    severity: z.enum(["critical", "warning", "info"]),
    area: z.enum(["quality", "output", "exporter"]),
    tier: z.enum(["ticket", "digest"]).optional(),
  }),
  annotations: z.strictObject({ summary: text, description: text, dashboard_url: text, runbook_url: text }),
});
const ruleFile = z.strictObject({
  groups: z.array(z.strictObject({ name: text, rules: z.array(z.union([record, alert])) })),
});
const testFile = z.object({
  rule_files: z.array(text),
  tests: z.array(
    z.object({
      name: text,
      alert_rule_test: z.array(z.object({ alertname: text, exp_alerts: z.array(z.unknown()).optional() })).default([]),
    }),
  ),
});

type RecordingRule = z.infer<typeof record>;
type AlertRule = z.infer<typeof alert>;

/** One look of promtool's tests at an alert. */
interface AlertCheck {
  readonly alert: string;
  readonly test: string;
  readonly fires: boolean;
}

/** The path of a file or folder under `prometheus/`. */
export function prometheusPath(path: string): string {
  return fileURLToPath(new URL(path, PROMETHEUS));
}

/** Names, relative to `prometheus/`, of the files of one folder there. */
export function prometheusFiles(folder: "rules" | "tests" | "runbooks"): string[] {
  return readdirSync(new URL(folder, PROMETHEUS))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** The text of a file under `prometheus/`. */
export function prometheusText(path: string): string {
  return readFileSync(new URL(path, PROMETHEUS), "utf8");
}

const allRules = () =>
  prometheusFiles("rules").flatMap((file) =>
    ruleFile.parse(parse(prometheusText(file))).groups.flatMap((group) => group.rules),
  );

/** Every recording rule shipped. */
export const recordingRules = (): RecordingRule[] => allRules().filter((rule) => "record" in rule);

/** Every alert shipped. Throws if one lacks a field that each alert must have. */
export const alertRules = (): AlertRule[] => allRules().filter((rule) => "alert" in rule);

/** What promtool's tests expect of the alerts. */
export function alertChecks(): AlertCheck[] {
  return prometheusFiles("tests").flatMap((file) =>
    testFile.parse(parse(prometheusText(file))).tests.flatMap(({ name, alert_rule_test: checks }) =>
      checks.map((check) => ({
        alert: check.alertname,
        test: `${file}: ${name}`,
        fires: (check.exp_alerts ?? []).length > 0,
      })),
    ),
  );
}

/** The pieces of PromQL that a runbook offers for pasting. */
export function runbookQueries(path: string): string[] {
  return [...prometheusText(path).matchAll(/^```promql\n(.*?)^```$/gms)].map(([, query]) => query ?? "");
}

/** The queries in an annotation's template, with an id in place of each label. */
export function templateQueries(template: string): string[] {
  return [...template.matchAll(/with printf "((?:[^"\\]|\\.)*)"[^}]*\| query/g)].map(([, format]) =>
    (format ?? "").replaceAll('\\"', '"').replaceAll("%q", '"id"'),
  );
}
