import { toLabeler, toProject } from "../links.ts";
import { TIME_SPENT } from "../../sources/metric-names.ts";
import type { PanelDefinition, RowDefinition } from "../model.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { CHOSEN, people, withLabeler, withProject, WORKSPACE_SCOPE } from "../promql.ts";
import { inWindow } from "../selectors.ts";

const NOT_POLLED = "the legacy endpoint is not polled, is gone, or no one worked in the window";
const TIMING = "How Roboflow measures the time is undocumented. Only workspaces with legacy: true have it.";

function inChosen(by: string, metric: string): string {
  return `max by (${by}) (${inWindow(metric, WORKSPACE_SCOPE, CHOSEN)})`;
}

/** Hours and not Grafana's unit of seconds, which would make days of 24 hours of them: working time has none. */
function columns(by: string, seconds: string, images: string, named: (expr: string) => string): ValueColumn[] {
  const hours = `${inChosen(by, seconds)} / 3600`;
  return [
    { heading: "Hours", expr: named(hours), unit: "none", decimals: 1, emptyReason: NOT_POLLED },
    {
      heading: "Images per hour",
      expr: named(`${inChosen(by, images)} / (${hours} > 0)`),
      unit: "none",
      decimals: 0,
      emptyReason: NOT_POLLED,
    },
  ];
}

function timePerLabeler(): PanelDefinition {
  return table(
    {
      title: "Time per labeler",
      description: `Hours of annotating in the chosen window, all projects together, and images in each of them. ${TIMING}`,
      unit: "none",
      keys: [
        { label: "labeler_name", heading: "Labeler", width: 190, links: toLabeler("row") },
        { label: "workspace", heading: "Workspace" },
        { label: "labeler" },
      ],
      columns: columns("workspace, labeler", TIME_SPENT.labelerSeconds, TIME_SPENT.labelerImages, (expr) =>
        withLabeler(people(expr)),
      ),
      sortBy: "Hours",
      noValue: "Needs legacy: true in the exporter's configuration.",
    },
    { width: 12 },
  );
}

function timePerProject(): PanelDefinition {
  return table(
    {
      title: "Time per project",
      description: `Hours of annotating in the chosen window, all labelers together, and images in each of them. ${TIMING}`,
      unit: "none",
      keys: [
        { label: "project_name", heading: "Project", width: 190, links: toProject("row") },
        { label: "workspace", heading: "Workspace" },
        { label: "project" },
      ],
      columns: columns("workspace, project", TIME_SPENT.projectSeconds, TIME_SPENT.projectImages, withProject),
      sortBy: "Hours",
      noValue: "Needs legacy: true in the exporter's configuration.",
    },
    { width: 12 },
  );
}

/** Collapsed, so that it asks for nothing where no one polls the endpoint. */
export const timeRow: RowDefinition = {
  title: "Time (legacy endpoint)",
  collapsed: true,
  panels: [timePerLabeler(), timePerProject()],
};
