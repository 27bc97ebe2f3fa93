import { exporterAlerts } from "./alerts-exporter.ts";
import { outputAlerts } from "./alerts-output.ts";
import { qualityAlerts } from "./alerts-quality.ts";
import { approval } from "./approval.ts";
import type { RuleFile } from "./model.ts";
import { names } from "./names.ts";
import { output } from "./output.ts";
import { renderRuleFile } from "./render.ts";
import { shares } from "./shares.ts";

/** All files of rules; a group reads groups that stand before it. */
export const RULE_FILES: readonly RuleFile[] = [
  names,
  approval,
  output,
  shares,
  exporterAlerts,
  outputAlerts,
  qualityAlerts,
];

/**
 * The rules as YAML: what stands in `prometheus/rules`.
 * @returns text by file name.
 */
export function renderRules(): ReadonlyMap<string, string> {
  const links = (alert: string) => ({ runbook_url: `prometheus/runbooks/${alert}.md` });
  return new Map(RULE_FILES.map((file) => [file.file, renderRuleFile(file, links)]));
}
