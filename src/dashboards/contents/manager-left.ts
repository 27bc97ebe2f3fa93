import { toProject } from "../links.ts";
import type { ValueMapping } from "../grafana-types.ts";
import { ANY_BOUNDS, type PanelDefinition, type RowDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { type KeyColumn, table, type ValueColumn } from "../panels/table.ts";
import { PROJECT_SCOPE, withProject } from "../promql.ts";
import { type Bound, bare, forecastDoneOf, netPaceOf } from "../../rules/series.ts";
import { LEFT } from "../../sources/metric-names.ts";
import { inWindow, select } from "../selectors.ts";
import { burndown } from "./manager-burndown.ts";

const BY = "workspace, project";
export const NEEDS_BACKLOG = "needs backlog: true";
const NOT_POLLED = "the backlog is not polled";
const NO_FORECAST = "too little is known for a forecast, or the backlog is not polled";

export const PROJECT_KEYS: readonly KeyColumn[] = [
  { label: "project_name", heading: "Project", width: 220, links: toProject("row") },
  { label: "workspace", heading: "Workspace", width: 130 },
  { label: "project" },
];

/** The project's name; workspace and slug where the API has not shown which project of the statistics it is. */
export function namedProject(expr: string): string {
  const slug = `label_join(max by (${BY}) (${expr}), "project_name", "", "project")`;
  return `max by (${BY}, project_name) (${withProject(expr)} or on (${BY}) ${slug})`;
}

const imagesLeft = `max by (${BY}) (${select(LEFT.unannotated, PROJECT_SCOPE)})`;
const deadline = `max by (${BY}) (${select(LEFT.deadline, PROJECT_SCOPE)})`;

function done(bound: Bound): string {
  const series = select(bare(forecastDoneOf(bound)), { ...PROJECT_SCOPE, bound: `="${bound}"` });
  return `max by (${BY}) (${series})`;
}

/** Dates are milliseconds to Grafana. A deadline is the last second of its day. */
function dateColumn(heading: string, expr: string, emptyReason: string): ValueColumn {
  return { heading, expr: namedProject(`1000 * (${expr})`), unit: "time:YYYY-MM-DD", emptyReason, width: 130 };
}

const VERDICTS: readonly ValueMapping[] = [
  {
    type: "value",
    options: {
      "0": { text: "too late", color: "red", index: 0 },
      "1": { text: "not certain", color: "text", index: 1 },
      "2": { text: "in time", color: "green", index: 2 },
    },
  },
];

function inTime(): string {
  const late = `0 * (${done("p10")} > on (${BY}) ${deadline})`;
  const early = `2 + 0 * (${done("p90")} <= on (${BY}) ${deadline})`;
  const between = `1 + 0 * (${done("p90")} > on (${BY}) ${deadline})`;
  return namedProject(`max by (${BY}) (${late} or on (${BY}) ${early} or on (${BY}) ${between})`);
}

function columns(): ValueColumn[] {
  const pace = `max by (${BY}) (${inWindow(bare(netPaceOf("28d")), PROJECT_SCOPE, "28d")})`;
  return [
    { heading: "Images left", expr: namedProject(imagesLeft), unit: "none", emptyReason: NOT_POLLED },
    {
      heading: "Fewer per day",
      expr: namedProject(pace),
      unit: "none",
      decimals: 1,
      bounds: ANY_BOUNDS,
      emptyReason: NO_FORECAST,
    },
    dateColumn("At the earliest", done("p10"), NO_FORECAST),
    dateColumn("Even chance", done("p50"), NO_FORECAST),
    dateColumn("Safe to promise", done("p90"), NO_FORECAST),
    dateColumn("Deadline", `${deadline} - 1`, "no deadline is configured, or the backlog is not polled"),
    {
      heading: "For the deadline",
      expr: inTime(),
      unit: "none",
      mappings: VERDICTS,
      emptyReason: "no project has a forecast and a deadline",
    },
  ];
}

function whenDone(): PanelDefinition {
  return table(
    {
      title: "When will each project be done",
      description:
        "Images that are not labeled yet, and the day by which they will be, if the work goes on as in the last four weeks. " +
        "One project of ten is done by the earliest day, half of them by the next, nine of ten by the day that is safe to promise: promise that one. " +
        "Fewer per day is by how many images the pile shrinks on a working day, new uploads taken off; below zero it grows, so more people or fewer uploads are needed. " +
        "A dash, or no such column, means that nothing can be said: too little work, a pause, or less than a week of history. Too late means that even the earliest day is after the deadline: move it, or add people.",
      unit: "none",
      keys: PROJECT_KEYS,
      columns: columns(),
      sortBy: "Images left",
      noValue: "Nothing is known of what is left: set backlog: true in the exporter's configuration.",
    },
    { width: 20, height: 9 },
  );
}

function allLeft(): PanelDefinition {
  return stat(
    {
      title: "Images left",
      description:
        "Images of the chosen projects that are not labeled yet; an image in two projects counts twice. Workspaces without backlog: true are not in it. If it grows from week to week, uploads outrun the labeling.",
      unit: "none",
      queries: [{ expr: `sum(${imagesLeft})`, emptyReason: NOT_POLLED }],
    },
    { width: 4, height: 9, noValue: NEEDS_BACKLOG },
  );
}

/** What is left, and until when. */
export const leftRow: RowDefinition = {
  title: "What is left, in the chosen projects",
  panels: [allLeft(), whenDone(), burndown()],
};
