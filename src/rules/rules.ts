import { linksFrom } from "./alert-parts.ts";
import { renderAlertmanager } from "./alertmanager.ts";
import { exporterAlerts } from "./alerts-exporter.ts";
import { forecastAlerts } from "./alerts-forecast.ts";
import { outputAlerts } from "./alerts-output.ts";
import { qualityAlerts } from "./alerts-quality.ts";
import { approval } from "./approval.ts";
import { cost } from "./cost.ts";
import { renderConfigMap } from "./config-map.ts";
import { names } from "./names.ts";
import { forecast } from "./forecast.ts";
import { output } from "./output.ts";
import { DEFAULTS, type Parameters } from "./parameters.ts";
import { indented } from "./promql.ts";
import { type Place, renderOneFile, renderRuleFile, type RuleFile } from "./rule-file.ts";
import { shares } from "./shares.ts";
import { teams } from "./teams.ts";

/** All files of rules; a group reads groups that stand before it. */
export function ruleFiles(parameters: Parameters = DEFAULTS): readonly RuleFile[] {
  return [
    names,
    approval(parameters),
    teams(parameters),
    output(parameters),
    shares,
    forecast,
    cost,
    exporterAlerts(parameters),
    outputAlerts,
    forecastAlerts,
    qualityAlerts(parameters),
  ];
}

function placeOf(parameters: Parameters): Place {
  return { severities: parameters.severities, links: linksFrom(parameters) };
}

/**
 * The rules as YAML: with the defaults, what stands in `prometheus/rules`.
 * @returns text by file name.
 */
export function renderRules(parameters: Parameters = DEFAULTS): ReadonlyMap<string, string> {
  const place = placeOf(parameters);
  return new Map(ruleFiles(parameters).map((file) => [file.file, renderRuleFile(file, place)]));
}

/** All rules as one file. */
export function renderAllRules(parameters: Parameters): string {
  return renderOneFile(ruleFiles(parameters), placeOf(parameters));
}

/** For the Prometheus operator. */
function prometheusRule(parameters: Parameters): string {
  return `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: roboflow-exporter
spec:
${indented(renderAllRules(parameters))}`;
}

/** A file of rules for each key, to be mounted where Prometheus reads its rules. */
function configMap(parameters: Parameters): string {
  return renderConfigMap({ name: "roboflow-exporter-rules", files: renderRules(parameters) });
}

const FORMATS = {
  rules: renderAllRules,
  prometheusrule: prometheusRule,
  configmap: configMap,
  "alertmanager-example": renderAlertmanager,
} as const satisfies Readonly<Record<string, (parameters: Parameters) => string>>;

/** What the rules can be printed as. */
export type RulesFormat = keyof typeof FORMATS;

/** The names of the formats. */
export const RULES_FORMATS = [
  "rules",
  "prometheusrule",
  "configmap",
  "alertmanager-example",
] as const satisfies readonly RulesFormat[];

/** The rules, or the example that goes with them, as one YAML document. */
export function printRules(format: RulesFormat, parameters: Parameters): string {
  return FORMATS[format](parameters);
}

/** The names of files that hold one document. */
const FILES = {
  prometheusrule: "roboflow-exporter-rules.yml",
  configmap: "roboflow-exporter-rules.yml",
  "alertmanager-example": "alertmanager.yml",
} as const satisfies Readonly<Record<Exclude<RulesFormat, "rules">, string>>;

/**
 * What is written into a directory: the files of rules, or one file of another format. With the defaults, what stands in
 * `prometheus/rules`, and the example in `prometheus`.
 * @returns text by file name.
 */
export function rulesFiles(format: RulesFormat, parameters: Parameters): ReadonlyMap<string, string> {
  if (format === "rules") return renderRules(parameters);
  return new Map([[FILES[format], printRules(format, parameters)]]);
}
