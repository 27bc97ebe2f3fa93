import { HEADLINES } from "./alert-headlines.ts";
import type { ValueMapping } from "./grafana-types.ts";
import { toLabeler, toProject, toRunbook } from "./links.ts";
import type { PanelDefinition } from "./model.ts";
import { type KeyColumn, table } from "./panels/table.ts";

/** Alerts of the chosen workspaces, and those without a workspace: an exporter that is down has none. */
const CHOSEN_ALERTS = 'alertname=~"Roboflow.+",workspace=~"$workspace|"';
export const FIRING = `ALERTS{${CHOSEN_ALERTS},alertstate="firing"}`;

const LABELS = "alertname, workspace, project, project_name, labeler, labeler_name";

type Words = readonly (readonly [value: string, text: string, color: string])[];

function words(list: Words): ValueMapping[] {
  const options = list.map(([value, text, color], index) => [value, { text, color, index }] as const);
  return [{ type: "value", options: Object.fromEntries(options) }];
}

const WHAT = words(Object.entries(HEADLINES).map(([alert, text]) => [alert, text, "text"]));

/** The gravest first. */
const SEVERITIES = [
  ["critical", "red"],
  ["warning", "orange"],
  ["info", "blue"],
] as const;

const KEYS: readonly KeyColumn[] = [
  { label: "alertname", heading: "What", width: 330, mappings: WHAT },
  { label: "labeler_name", heading: "Labeler", links: toLabeler("row") },
  { label: "project_name", heading: "Project", links: toProject("row") },
  { label: "workspace", heading: "Workspace" },
  { label: "runbook", heading: "What to do", width: 340, links: toRunbook() },
  { label: "project" },
  { label: "labeler" },
];

/** One row for each alert; its name is there twice, for what it says and for what to do. */
function row(expr: string): string {
  return `label_join(min by (${LABELS}) (${expr}), "runbook", "", "alertname")`;
}

function severity(): string {
  const each = SEVERITIES.map(
    ([name], index) => `${String(index)} * ALERTS{${CHOSEN_ALERTS},alertstate="firing",severity="${name}"}`,
  );
  return row(each.join(" or "));
}

/** The alerts that fire now, with what they say and where to go. */
export function firingAlerts(width: number): PanelDefinition {
  const empty = { unit: "none", emptyReason: "no alert fires" } as const;
  const since = `1000 * ALERTS_FOR_STATE{${CHOSEN_ALERTS}} and ignoring (alertstate) ${FIRING}`;
  return table(
    {
      title: "Firing alerts",
      description:
        "Roboflow alerts that fire now, the gravest first. Since is when the condition began, which is before the alert fired. " +
        "Click a labeler, a project or the runbook. The numbers are in the alert's message.",
      unit: "none",
      keys: KEYS,
      columns: [
        {
          heading: "Severity",
          expr: severity(),
          width: 90,
          mappings: words(SEVERITIES.map(([name, color], index) => [String(index), name, color])),
          ...empty,
        },
        { heading: "Since", expr: row(since), width: 120, ...empty, unit: "dateTimeFromNow" },
      ],
      sortBy: "Severity",
      ascending: true,
      noValue: "No alert fires.",
    },
    { width },
  );
}
