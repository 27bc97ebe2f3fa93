import type { RowField, TotalField } from "./fields.ts";

/** One labeler's work in one project in one window. A field the API did not give is absent, never 0. */
export interface Row {
  readonly project: string;
  readonly labeler: string;
  readonly values: Readonly<Partial<Record<RowField, number>>>;
}

/** Totals as the API pools them. The API's words and units (percent). */
export type Totals = Readonly<Partial<Record<TotalField, number>>>;

export interface ProjectInfo {
  readonly name: string | undefined;
  readonly type: string | undefined;
}

export interface LabelerInfo {
  readonly name: string | undefined;
  readonly email: string | undefined;
}

/** Something in an answer that the documentation does not lead us to expect, and how often it is there. */
export interface Anomaly {
  readonly field: string;
  readonly reason: AnomalyReason;
  readonly count: number;
}

export const ANOMALY_REASONS = [
  "unknown_field",
  "not_a_number",
  "not_text",
  "negative",
  "out_of_range",
  "duplicate_row",
  "repeated_row",
  "duplicate_labeler",
  "not_an_object",
  "missing",
  "bad_id",
  "filter_ignored",
] as const;
export type AnomalyReason = (typeof ANOMALY_REASONS)[number];

/** Why a row of `data[]` was dropped. */
export const REJECTION_REASONS = [
  "not_an_object",
  "missing_project",
  "missing_labeler",
  "id_too_long",
  "bad_id",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** How many rows were dropped, by reason; a reason that none was dropped for is absent. */
export type Rejections = ReadonlyMap<RejectionReason, number>;

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
