import { DASHBOARDS } from "../../src/dashboards/main.ts";
import type { Bounds, DashboardDefinition, PanelDefinition, Unit } from "../../src/dashboards/model.ts";

/** A query of a panel, with all that a test needs to run it and to judge the answer. */
export interface PanelQuery {
  /** The dashboard's uid. */
  readonly dashboard: string;
  readonly panel: string;
  readonly refId: string;
  /** With the dashboard's variables in it: `$workspace`, `$project`, `$labeler`, `$team`, `$window`, `$job`, `$instance`, `$__rate_interval`, `$__to`. */
  readonly expr: string;
  readonly unit: Unit;
  /** Minimum and maximum that can be right. */
  readonly bounds: Bounds;
  readonly format: "time_series" | "table";
  /** An instant query, else a range query. */
  readonly instant: boolean;
  /** Smallest step of a range query, for example `1d`. */
  readonly minStep?: string;
  /** Why the answer may be empty although all is well. */
  readonly emptyReason?: string;
}

function boundsOf(unit: Unit): Bounds {
  return unit === "percentunit" ? [0, 1] : [0, Infinity];
}

function queriesOf(dashboard: DashboardDefinition, panel: PanelDefinition): PanelQuery[] {
  return panel.queries.map((query, index) => ({
    dashboard: dashboard.uid,
    panel: panel.title,
    refId: String.fromCharCode("A".charCodeAt(0) + index),
    expr: query.expr,
    unit: query.unit ?? panel.unit,
    bounds: query.bounds ?? boundsOf(query.unit ?? panel.unit),
    format: panel.format,
    instant: panel.instant,
    ...(panel.minStep !== undefined && { minStep: panel.minStep }),
    ...(query.emptyReason !== undefined && { emptyReason: query.emptyReason }),
  }));
}

/**
 * Puts values for the variables of an expression, as Grafana does before it asks.
 * @param values by name; `__to` is the end of the time range in epoch seconds
 * @throws Error when a variable has no value
 */
export function substituteVariables(expr: string, values: Readonly<Record<string, string>>): string {
  return expr.replaceAll(
    /\$(?:\{(\w+)[^}]*\}|(\w+))/g,
    (whole, braced: string | undefined, bare: string | undefined) => {
      const value = values[braced ?? bare ?? ""];
      if (value === undefined) throw new Error(`no value for ${whole}`);
      return value;
    },
  );
}

/** Every query of every panel. */
export const PANEL_QUERIES: readonly PanelQuery[] = DASHBOARDS.flatMap((dashboard) =>
  dashboard.rows.flatMap(({ panels }) => panels.flatMap((panel) => queriesOf(dashboard, panel))),
);
