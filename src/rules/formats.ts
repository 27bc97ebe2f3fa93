import { renderAlertmanager } from "./alertmanager.ts";
import type { Parameters } from "./parameters.ts";
import { indented } from "./promql.ts";
import { renderAllRules, renderRules } from "./rules.ts";

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
  const data = [...renderRules(parameters)].map(([file, text]) => `  ${file}: |\n${indented(indented(text))}`);
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: roboflow-exporter-rules
data:
${data.join("")}`;
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
