import type { Dashboard, Panel, RowPanel } from "../../src/dashboards/grafana-types.ts";
import { renderDashboards } from "../../src/dashboards/main.ts";
import { substituteVariables } from "./panel-queries.ts";

/** A query as it stands in the JSON. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly format: string;
  readonly instant: boolean;
  readonly range: boolean;
  readonly datasource: { readonly uid: string };
}

/** A dashboard of the shipped JSON, taken apart. */
export interface Shipped {
  readonly file: string;
  readonly json: string;
  readonly dashboard: Dashboard;
  readonly panels: readonly Panel[];
  readonly rows: readonly RowPanel[];
}

/** A collapsed row holds its panels itself; else they follow it. */
function unfolded(all: readonly (Panel | RowPanel)[]): (Panel | RowPanel)[] {
  return all.flatMap((panel) => (isRow(panel) ? [panel, ...panel.panels] : [panel]));
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === "row";
}

/** All dashboards, read back from the JSON. */
export function shippedDashboards(): Shipped[] {
  return [...renderDashboards()].map(([file, json]) => {
    const dashboard = JSON.parse(json) as Dashboard;
    const all = unfolded(dashboard.panels ?? []);
    return { file, json, dashboard, panels: all.filter((panel) => !isRow(panel)), rows: all.filter(isRow) };
  });
}

export function targetsOf(panel: Panel): Target[] {
  return (panel.targets ?? []) as unknown as Target[];
}

const VALUES = {
  workspace: "x",
  project: "x",
  labeler: "x",
  team: ".*",
  job: "x",
  instance: "x",
  window: "7d",
  __rate_interval: "5m",
  __to: "1700000000",
};

/** Puts values for the variables, so that the expression is PromQL. */
export function substitute(expr: string): string {
  return substituteVariables(expr, VALUES);
}

/** Names of the variables that a text uses; Grafana's own ones (`__…`) are left out. */
export function variablesIn(text: string): string[] {
  const names = [...text.matchAll(/\$(?:\{(\w+)|(\w+))/g)].map((match) => match[1] ?? match[2] ?? "");
  return [...new Set(names.filter((name) => !name.startsWith("__")))];
}
