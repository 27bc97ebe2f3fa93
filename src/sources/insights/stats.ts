import type { Anomaly, LabelerInfo, ProjectInfo, Rejections } from "../../answers/answer.ts";
import type { RowField, TotalField } from "./fields.ts";

/** One labeler's work in one project in one window. A field the API did not give is absent, never 0. */
export interface Row {
  readonly project: string;
  readonly labeler: string;
  readonly values: Readonly<Partial<Record<RowField, number>>>;
}

/** Totals as the API pools them. The API's words and units (percent). */
export type Totals = Readonly<Partial<Record<TotalField, number>>>;

/** One parsed answer of `GET /{workspace}/stats`. */
export interface Stats {
  readonly rows: readonly Row[];
  readonly projects: ReadonlyMap<string, ProjectInfo>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
  readonly totals: Totals;
  readonly workspaceId: string | undefined;
  readonly notices: readonly string[];
  readonly anomalies: readonly Anomaly[];
  readonly rejected: Rejections;
}

/** One window of a workspace, out of one or more answers of the same poll. */
export interface WindowStats {
  readonly window: string;
  readonly rows: readonly Row[];
  /** Present only when nothing was filtered: under a filter the API's totals are the filter's. */
  readonly workspace: Totals | undefined;
  readonly projects: ReadonlyMap<string, Totals>;
  readonly labelers: ReadonlyMap<string, Totals>;
}

/** Everything one good poll of a workspace learned. */
export interface WorkspaceStats {
  readonly workspace: string;
  /** The calendar day all windows end on. */
  readonly day: string;
  readonly workspaceId: string | undefined;
  readonly projects: ReadonlyMap<string, ProjectInfo>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
  readonly windows: readonly WindowStats[];
  readonly notices: readonly string[];
}
