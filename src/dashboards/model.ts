import type { DashboardLink, FieldConfig, Override, Transformation, Variable } from "./grafana-types.ts";

/** Units of Grafana that our panels use; `none` is a plain number, `string` a text. */
export type Unit =
  | "short"
  | "none"
  | "percentunit"
  | "s"
  | "bytes"
  | "string"
  | "dateTimeFromNow"
  | "suffix:points"
  | "suffix:days ago"
  | "suffix:days"
  | "time:YYYY-MM-DD";

export type Bounds = readonly [least: number, greatest: number];

/** A count for each of another count. */
export const RATE_BOUNDS: Bounds = [0, Infinity];
/** What can be negative: net counts, growth of a total, time until something. */
export const ANY_BOUNDS: Bounds = [-Infinity, Infinity];

/** One PromQL query of a panel. */
export interface Query {
  readonly expr: string;
  /** Legend of the series, with `{{label}}`; a table has none. */
  readonly legend?: string;
  /** Unit of this query's values when it is not the panel's. */
  readonly unit?: Unit;
  /** Minimum and maximum that can be right, where the unit alone would say otherwise: a difference may be negative. */
  readonly bounds?: Bounds;
  /** Why a healthy system may answer with nothing. A query without it must always answer. */
  readonly emptyReason?: string;
}

/** What every panel must say of itself: the builder takes no panel without it. */
export interface PanelText {
  readonly title: string;
  /** What the number counts, and what it does not. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
}

export type PanelKind =
  "stat" | "timeseries" | "table" | "bargauge" | "state-timeline" | "status-history" | "xychart" | "trend";

/** A panel before it has a place, an id and a data source. */
export interface PanelDefinition extends PanelText {
  readonly kind: PanelKind;
  readonly width: number;
  readonly height: number;
  readonly format: "time_series" | "table";
  readonly instant: boolean;
  readonly options: Readonly<Record<string, unknown>>;
  readonly defaults: FieldConfig;
  readonly overrides: readonly Override[];
  readonly transformations: readonly Transformation[];
  /** Smallest step of a range query, for example `1d` for one bar a day. */
  readonly minStep?: string;
  /** The panel's own time range up to now, for example `90d`, whatever the dashboard's is. */
  readonly timeFrom?: string;
  /** Links at the panel's head. */
  readonly panelLinks?: readonly DashboardLink[];
}

export interface RowDefinition {
  readonly title: string;
  /** Shut until the reader opens it, and asking for nothing until then. Only a dashboard's last row may be. */
  readonly collapsed?: true;
  readonly panels: readonly PanelDefinition[];
}

/** A dashboard before it is Grafana's JSON. */
export interface DashboardDefinition {
  /** File name without `.json`, and the uid that links point to. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  readonly refresh: string;
  readonly datasource: Variable & { readonly type: "datasource" };
  readonly variables: readonly Variable[];
  readonly rows: readonly RowDefinition[];
}
