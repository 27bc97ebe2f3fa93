import type { PanelDefinition } from "./model.ts";
import { table } from "./panels/table.ts";

/** Alerts of the chosen workspaces, and those without a workspace: an exporter that is down has none. */
export const FIRING = 'ALERTS{alertname=~"Roboflow.+",alertstate="firing",workspace=~"$workspace|"}';

/** The alerts that fire now. The alerts themselves bear the names. */
export function firingAlerts(width: number): PanelDefinition {
  return table(
    {
      title: "Firing alerts",
      description: "Roboflow alerts that fire now; what to do is in each alert's runbook. Empty is good.",
      unit: "none",
      keys: [
        { label: "alertname", heading: "Alert", width: 290 },
        { label: "severity", heading: "Severity", width: 75 },
        { label: "workspace", heading: "Workspace" },
        { label: "project_name", heading: "Project" },
        { label: "labeler_name", heading: "Labeler" },
      ],
      columns: [
        {
          heading: "Firing",
          expr: `count by (alertname, severity, workspace, project_name, labeler_name) (${FIRING})`,
          unit: "none",
          hidden: true,
          emptyReason: "no alert fires",
        },
      ],
      sortBy: "Severity",
      ascending: true,
    },
    { width },
  );
}
