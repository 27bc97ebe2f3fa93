import { UIDS } from "./dashboard-uids.ts";
import { exporterAlerts } from "./alerts-exporter.ts";
import { outputAlerts } from "./alerts-output.ts";
import { qualityAlerts } from "./alerts-quality.ts";
import { approval } from "./approval.ts";
import type { RuleFile } from "./model.ts";
import { names } from "./names.ts";
import { output } from "./output.ts";
import { DEFAULTS, type Parameters } from "./parameters.ts";
import { type Links, type Place, renderOneFile, renderRuleFile } from "./render.ts";
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
    exporterAlerts(parameters),
    outputAlerts,
    qualityAlerts(parameters),
  ];
}

/** A dashboard and the labels that choose what it shows. */
const DASHBOARDS = {
  exporter: { uid: UIDS.exporter, variables: ["workspace"] },
  workspace: { uid: UIDS.overview, variables: ["workspace"] },
  project: { uid: UIDS.project, variables: ["workspace", "project"] },
  labeler: { uid: UIDS.labeler, variables: ["workspace", "labeler"] },
} as const;

function subjectOf(alert: string): keyof typeof DASHBOARDS {
  if (alert.startsWith("RoboflowLabeler")) return "labeler";
  return alert.startsWith("RoboflowProject") ? "project" : "workspace";
}

/** Addresses of what helps with an alert, from the bases that the parameters give. */
function linksFrom({ links }: Parameters): Links {
  return (alert, { area }) => {
    const { uid, variables } = DASHBOARDS[area === "exporter" ? "exporter" : subjectOf(alert)];
    const query = variables.map((name) => `var-${name}={{ $labels.${name} | urlquery }}`).join("&");
    return {
      dashboard_url: `${links.dashboards}/d/${uid}?${query}`,
      runbook_url: `${links.runbooks}/${alert}.md`,
    };
  };
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
