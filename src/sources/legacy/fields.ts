import { z } from "zod";
import type { Anomaly, Rejections } from "../../answers/anomalies.ts";
import type { LabelerInfo, ProjectInfo } from "../../answers/names.ts";
import type { NumberKind } from "../../answers/numbers.ts";
import {
  type KeptOfPeople,
  id,
  keptLabelers,
  labelerInfo,
  mapOf,
  numbers,
  projectInfo,
  readParts,
} from "../stored-parts.ts";

/** The numbers of one `data.data[]` row of the legacy endpoint. Source: its page "Annotation Insights (Legacy Endpoint)". */
export const LEGACY_ROW_FIELDS = {
  total_time_spent_annotating_minutes: "count",
  total_images_labeled: "count",
  total_boxes_created: "count",
  seconds_per_image: "count",
  num_images_marked_null: "count",
  acceptance_rate: "percent",
} as const satisfies Readonly<Record<string, NumberKind>>;

/** The numbers of a labeler in a tick that add up over ticks. `seconds_per_image` does not, and is 0 in the sample. */
export const LEGACY_TICK_FIELDS = {
  total_time_spent_annotating_minutes: "count",
  total_images_labeled: "count",
  total_boxes_created: "count",
} as const satisfies Readonly<Record<string, NumberKind>>;

export type LegacyRowField = keyof typeof LEGACY_ROW_FIELDS;
export type LegacyTickField = keyof typeof LEGACY_TICK_FIELDS;

/** A project's numbers, or a labeler's, in the API's names and units (minutes, percent). Unknown numbers are absent. */
export type LegacyRowValues = Readonly<Partial<Record<LegacyRowField, number>>>;
export type LegacyTickValues = Readonly<Partial<Record<LegacyTickField, number>>>;

/** A range of time in epoch milliseconds, both ends included. */
export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** One window of a workspace. */
export interface LegacyWindowStats extends Pick<LegacyStats, "rows" | "ticks"> {
  readonly window: string;
}

/** The data of one good poll of a workspace's legacy endpoint. */
export interface LegacyWorkspaceStats {
  readonly workspace: string;
  /** The calendar day all windows end on. */
  readonly day: string;
  /** The earliest of the answers. */
  readonly lastUpdatedMs: number | undefined;
  readonly projects: ReadonlyMap<string, ProjectInfo>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
  readonly windows: readonly LegacyWindowStats[];
}

/** One parsed answer of `GET /workspace-stats`. */
export interface LegacyStats {
  /** When the API computed its numbers, epoch milliseconds. */
  readonly lastUpdatedMs: number | undefined;
  /** By project id. */
  readonly rows: ReadonlyMap<string, LegacyRowValues>;
  /** By labeler id, added up over the ticks; undefined without ticks, or when they do not add up to the range. */
  readonly ticks: ReadonlyMap<string, LegacyTickValues> | undefined;
  readonly projects: ReadonlyMap<string, ProjectInfo>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
  readonly anomalies: readonly Anomaly[];
  readonly rejected: Rejections;
}

/** The stored form: what the windows have in common comes first. */
const storedHead = z.strictObject({
  workspace: id,
  day: z.iso.date(),
  lastUpdatedMs: z.number().min(0).optional(),
  projects: mapOf(projectInfo),
  labelers: mapOf(labelerInfo),
});

const storedWindow = z
  .strictObject({
    window: id,
    rows: mapOf(numbers(LEGACY_ROW_FIELDS)),
    ticks: mapOf(numbers(LEGACY_TICK_FIELDS)).optional(),
  })
  .transform((part) => ({ ...part, ticks: part.ticks }));

const storedParts = z.tuple([storedHead], storedWindow);

/** Legacy statistics as JSON can hold them: what they have in common, then window by window. */
export function partsOfLegacyStats(
  { windows, ...stats }: LegacyWorkspaceStats,
  kept: KeptOfPeople,
): readonly unknown[] {
  return [
    { ...stats, projects: [...stats.projects], labelers: keptLabelers(stats.labelers, kept) },
    ...windows.map(({ window, rows, ticks }) => ({ window, rows: [...rows], ...(ticks ? { ticks: [...ticks] } : {}) })),
  ];
}

/**
 * What {@link partsOfLegacyStats} was given, as far as it was kept.
 * @throws RefusedError when the parts have another form
 */
export function legacyStatsOfParts(parts: readonly unknown[]): LegacyWorkspaceStats {
  const [{ lastUpdatedMs, ...rest }, ...windows] = readParts(storedParts, parts);
  return { ...rest, lastUpdatedMs, windows };
}
