import { HEADLINES } from "./alert-headlines.ts";
import type { ValueMapping } from "./grafana-types.ts";
import { toLabeler, toProject, toRunbook } from "./links.ts";
import type { PanelDefinition } from "./model.ts";
import { type KeyColumn, table } from "./panels/table.ts";

/** Alerts of the chosen workspaces, and those without a workspace: an exporter that is down has none. */
const CHOSEN_ALERTS = 'alertname=~"Roboflow.+",workspace=~"$workspace|"';
export const FIRING = `ALERTS{${CHOSEN_ALERTS},alertstate="firing"}`;

const LABELS = "alertname, severity, workspace, project, project_name, labeler, labeler_name";

function words(texts: Readonly<Record<string, { readonly text: string; readonly color: string }>>): ValueMapping[] {
  const options = Object.entries(texts).map(([value, result], index) => [value, { ...result, index }] as const);
  return [{ type: "value", options: Object.fromEntries(options) }];
}

const WHAT = words(
  Object.fromEntries(Object.entries(HEADLINES).map(([alert, text]) => [alert, { text, color: "text" }])),
);

const SEVERITIES = words({
  critical: { text: "critical", color: "red" },
  warning: { text: "warning", color: "orange" },
  info: { text: "info", color: "blue" },
});

const KEYS: readonly KeyColumn[] = [
  { label: "alertname", heading: "What", width: 330, mappings: WHAT },
  { label: "labeler_name", heading: "Labeler", links: toLabeler("row") },
  { label: "project_name", heading: "Project", links: toProject("row") },
  { label: "workspace", heading: "Workspace" },
  { label: "severity", heading: "Severity", width: 80, mappings: SEVERITIES },
  { label: "runbook", heading: "What to do", width: 340, links: toRunbook() },
  { label: "project" },
  { label: "labeler" },
];

/** Alerts that fire now, by the time since which their condition holds. */
function since(): string {
  const active = `ALERTS_FOR_STATE{${CHOSEN_ALERTS}} and ignoring (alertstate) ${FIRING}`;
  return `label_join(1000 * min by (${LABELS}) (${active}), "runbook", "", "alertname")`;
}

/** The alerts that fire now, with what they say and where to go. */
export function firingAlerts(width: number): PanelDefinition {
  return table(
    {
      title: "Firing alerts",
      description:
        "Roboflow alerts that fire now, newest first. Since is when the condition began, which is before the alert fired. " +
        "Click a labeler, a project or the runbook. The numbers are in the alert's message.",
      unit: "none",
      keys: KEYS,
      columns: [
        { heading: "Since", expr: since(), unit: "dateTimeFromNow", width: 120, emptyReason: "no alert fires" },
      ],
      sortBy: "Since",
      noValue: "No alert fires.",
    },
    { width },
  );
}
