import type { NumberKind } from "../../answers/numbers.ts";
import type { Anomaly, Rejections } from "../../answers/anomalies.ts";
import type { LabelerInfo, ProjectInfo } from "../../answers/names.ts";

/**
 * The numbers of one `data[]` row. Source: Annotation Insights v2 page, sample and field list together;
 * `uniqueImagesLabeled` from the help page of the dashboard, whose rules hold for the HTTP API.
 */
export const ROW_FIELDS = {
  imagesLabeled: "count",
  uniqueImagesLabeled: "count",
  boxesDrawn: "net",
  boxesAdded: "count",
  boxesRemoved: "count",
  boxesUpdated: "count",
  netBoxesAdded: "net",
  netBoxesUpdated: "net",
  markedNull: "count",
  modelAssisted: "count",
  approved: "count",
  rejected: "count",
  approvalRate: "percent",
} as const satisfies Readonly<Record<string, NumberKind>>;

/** The numbers of `stats`. */
export const TOTAL_FIELDS = {
  numImagesLabeled: "count",
  numBoxesDrawn: "net",
  numImagesMarkedNull: "count",
  totalImagesUsingModelAssist: "count",
  numBoxesAdded: "count",
  numBoxesRemoved: "count",
  numBoxesUpdated: "count",
  netBoxesAdded: "net",
  netBoxesUpdated: "net",
  approvalRate: "percent",
} as const satisfies Readonly<Record<string, NumberKind>>;

export type RowField = keyof typeof ROW_FIELDS;
export type TotalField = keyof typeof TOTAL_FIELDS;

/** Fields by section that are known but hold no number. Anything else the API sends is counted as unknown. */
export const KNOWN_TEXT_FIELDS = {
  document: ["data", "labelers", "stats", "meta"],
  data: ["projectId", "projectName", "projectType", "labelerId", "workspaceId"],
  stats: [],
  meta: ["notices"],
} as const;

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
