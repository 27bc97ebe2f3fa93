import type { NumberKind } from "../../answers/read-number.ts";

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
