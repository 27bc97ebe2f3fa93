import { z } from "zod";
import type { Anomaly, Rejections } from "../../answers/anomalies.ts";
import type { LabelerInfo, ProjectInfo } from "../../answers/names.ts";
import type { NumberKind } from "../../answers/numbers.ts";
import { type NumberedRow, RowTable } from "../../answers/row-table.ts";
import {
  type KeptOfPeople,
  id,
  keptLabelers,
  labelerInfo,
  mapOf,
  numbers,
  optionalText,
  projectInfo,
  readParts,
  text,
} from "../stored-parts.ts";

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

/** Known fields by section that are not numbers. All other fields that the API sends are counted as unknown. */
export const KNOWN_TEXT_FIELDS = {
  document: ["data", "labelers", "stats", "meta"],
  data: ["projectId", "projectName", "projectType", "labelerId", "workspaceId"],
  stats: [],
  meta: ["notices"],
} as const;

/** One labeler's work in one project in one window. A field the API did not give is absent, never 0. */
export type Row = NumberedRow<RowField>;

/** The rows of a window. */
export type Rows = RowTable<RowField>;

/** Rows as a table. */
export function rowsOf(rows: readonly Row[]): Rows {
  return RowTable.of(ROW_FIELDS, rows);
}

/** Totals as the API pools them, in its names and units (percent). */
export type Totals = Readonly<Partial<Record<TotalField, number>>>;

/** One parsed answer of `GET /{workspace}/stats`. */
export interface Stats {
  readonly rows: Rows;
  readonly projects: ReadonlyMap<string, ProjectInfo>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
  readonly totals: Totals;
  readonly workspaceId: string | undefined;
  readonly notices: readonly string[];
  readonly anomalies: readonly Anomaly[];
  readonly rejected: Rejections;
}

/** One window of a workspace, from one or more answers of the same poll. */
export interface WindowStats {
  readonly window: string;
  readonly rows: Rows;
  /** Absent under a filter, because the API's totals then cover only what the filter selects. */
  readonly workspace: Totals | undefined;
  readonly projects: ReadonlyMap<string, Totals>;
  readonly labelers: ReadonlyMap<string, Totals>;
}

/** The data of one good poll of a workspace. */
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

const storedTotals = numbers(TOTAL_FIELDS);

/** The stored form: what the windows have in common comes first. */
const storedHead = z.strictObject({
  workspace: id,
  day: z.iso.date(),
  workspaceId: optionalText,
  projects: mapOf(projectInfo),
  labelers: mapOf(labelerInfo),
  notices: z.array(text),
});

const storedWindow = z
  .strictObject({
    window: id,
    rows: z.array(z.strictObject({ project: id, labeler: id, values: numbers(ROW_FIELDS) })).transform(rowsOf),
    workspace: storedTotals.optional(),
    projects: mapOf(storedTotals),
    labelers: mapOf(storedTotals),
  })
  .transform((part) => ({ ...part, workspace: part.workspace }));

const storedParts = z.tuple([storedHead], storedWindow);

/** Statistics as JSON can hold them: what they have in common, then window by window. */
export function partsOfStats({ windows, ...stats }: WorkspaceStats, kept: KeptOfPeople): readonly unknown[] {
  const labelers = keptLabelers(stats.labelers, kept);
  const lists = ({ rows, projects, labelers }: WindowStats) => ({
    rows: [...rows],
    projects: [...projects],
    labelers: [...labelers],
  });
  return [
    { ...stats, projects: [...stats.projects], labelers },
    ...windows.map((window) => ({ ...window, ...lists(window) })),
  ];
}

/**
 * What {@link partsOfStats} was given, as far as it was kept.
 * @throws RefusedError when the parts have another form
 */
export function statsOfParts(parts: readonly unknown[]): WorkspaceStats {
  const [{ workspaceId, ...rest }, ...windows] = readParts(storedParts, parts);
  return { ...rest, workspaceId, windows };
}
