import { WORKSPACE } from "../sources/metric-names.ts";
import type { Parameters } from "./parameters.ts";
import { inWindow, on } from "./promql.ts";
import type { Links } from "./rule-file.ts";
import { HEALTH } from "./series.ts";

/** What a workspace is filtered by in the exporter's configuration. */
export type Filter = "project" | "labeler";

const filtered = (by: Filter) => `${HEALTH.filtered}{by="${by}"} == 1`;

/**
 * Leaves out workspaces whose filter would make the sentence false: under a filter by project a person's work elsewhere
 * is not seen, under one by labeler the work of others.
 */
export function unlessFiltered(...by: readonly Filter[]): string {
  const conditions = by.map(filtered).join("\n  or\n  ");
  return `unless ${on("workspace")}\n(\n  ${conditions}\n)`;
}

/** Workspaces whose window is polled at all: a person who did nothing in it has no series. */
export function polled(window: string): string {
  return `and ${on("workspace")}
(
  ${inWindow(WORKSPACE.imagesLabeled, window)}
  or ${on("workspace")}
  (
    ${filtered("project")}
    unless ${on("workspace")}
    ${HEALTH.stale} == 1
  )
)`;
}

/** The text of a query in a message, with labels of the alert in place of ids. */
function query(expr: string, labels: readonly string[]): string {
  const escaped = expr.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `printf "${escaped}" ${labels.map((label) => `$labels.${label}`).join(" ")} | query`;
}

const matchers = (labels: readonly string[]) => labels.map((label) => `${label}=%q`).join(",");

/** Adds the alert's own ids to a selector, which may have a window. */
function selectorOf(series: string, labels: readonly string[]): string {
  const [name = "", rest] = series.split("{");
  return `${name}{${matchers(labels)}${rest === undefined ? "}" : `,${rest}`}`;
}

/** To what a number is rounded, and how templates show it; an instant is in seconds since the Unix epoch. */
const FORMATS = {
  percent: { to: 0.001, shown: "humanizePercentage" },
  count: { to: undefined, shown: 'printf "%.0f"' },
  instant: { to: 60, shown: "humanizeTimestamp" },
} as const;

/**
 * A piece of a message that shows a number from Prometheus, and nothing where there is none.
 * @param text with NUMBER in its place
 */
export function withNumber(
  text: string,
  series: string,
  labels: readonly string[],
  format: keyof typeof FORMATS = "percent",
): string {
  const selector = selectorOf(series, labels);
  const { to, shown } = FORMATS[format];
  const expr = to === undefined ? `max(${selector})` : `round(max(${selector}), ${to})`;
  return `{{ with ${query(expr, labels)} }}${text.replace("NUMBER", `{{ . | first | value | ${shown} }}`)}{{ end }}`;
}

export const PERCENT = "{{ $value | humanizePercentage }}";
export const COUNT = '{{ $value | printf "%.0f" }}';

/** By what dashboards are found in Grafana, and in links to them. */
export const UIDS = {
  overview: "roboflow-overview",
  manager: "roboflow-manager",
  project: "roboflow-project",
  labelers: "roboflow-labelers",
  labeler: "roboflow-labeler",
  quality: "roboflow-quality",
  exporter: "roboflow-exporter",
} as const;

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
export function linksFrom({ links }: Parameters): Links {
  return (alert, { area }) => {
    const { uid, variables } = DASHBOARDS[area === "exporter" ? "exporter" : subjectOf(alert)];
    const query = variables.map((name) => `var-${name}={{ $labels.${name} | urlquery }}`).join("&");
    return {
      dashboard_url: `${links.dashboards}/d/${uid}?${query}`,
      runbook_url: `${links.runbooks}/${alert}.md`,
    };
  };
}
