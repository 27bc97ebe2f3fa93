import { z } from "zod";
import { ApiError } from "../../errors.ts";
import type { Steps } from "../../steps.ts";
import { type AnomalyTally, type RejectionReason, createAnomalyTally } from "../../answers/anomalies.ts";
import { refuseContradiction, unknownListIn, workIn } from "../../answers/contradictions.ts";
import { unreadable } from "../../roboflow/read-body.ts";
import {
  LEGACY_ROW_FIELDS,
  LEGACY_TICK_FIELDS,
  type LegacyRowField,
  type LegacyRowValues,
  type LegacyStats,
  type TimeRange,
} from "./fields.ts";
import { sumTicks } from "./ticks.ts";
import { type RowMerger, createRowMerger } from "../../answers/rows.ts";
import { idProblem, list, listIfAny, noteUnknown, readId, readText } from "../../answers/fields.ts";
import { type LabelerInfo, type ProjectInfo, readLabeler } from "../../answers/names.ts";
import { readNumbers } from "../../answers/numbers.ts";
import { isRecord } from "../../untrusted.ts";

/** The legacy endpoint's outer shape: everything is in `data`. Ticks come only when they are asked for. */
const legacySchema = z.looseObject({
  data: z.looseObject({
    last_updated: z.unknown().optional(),
    data: listIfAny,
    labelers: list,
    ticks: listIfAny,
  }),
});

const KNOWN_ROW = new Set<string>(["projectId", "projectName", "labelerId", ...Object.keys(LEGACY_ROW_FIELDS)]);
const KNOWN_DATA = new Set<string>(["last_updated", "data", "labelers", "ticks"]);

/** The fields that add up if rows turn out to be per project and labeler; pace and rate do not. */
const ADDITIVE: readonly LegacyRowField[] = [
  "total_time_spent_annotating_minutes",
  "total_images_labeled",
  "total_boxes_created",
  "num_images_marked_null",
];

interface LegacyRow {
  readonly values: LegacyRowValues;
}

/** What has been read of an answer so far. */
interface PartialStats {
  readonly rows: RowMerger<LegacyRowField, LegacyRow>;
  readonly projects: Map<string, ProjectInfo>;
  readonly labelers: Map<string, LabelerInfo>;
  readonly anomalies: AnomalyTally;
  readonly rejected: Map<RejectionReason, number>;
}

function projectOf(item: unknown): { readonly project: string } | RejectionReason {
  if (!isRecord(item)) return "not_an_object";
  const project = readId(item["projectId"]);
  return project === undefined ? "missing_project" : (idProblem(project) ?? { project });
}

function readRow(item: unknown, { rows, projects, anomalies, rejected }: PartialStats): void {
  const identity = projectOf(item);
  if (!isRecord(item) || typeof identity === "string") {
    const reason = typeof identity === "string" ? identity : "not_an_object";
    rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
    return;
  }
  const { project } = identity;
  noteUnknown(item, KNOWN_ROW, "legacy.data.", anomalies);
  const values = readNumbers(item, LEGACY_ROW_FIELDS, "legacy.data", anomalies);
  const merged = rows.add(project, item, { values });
  if (merged === "repeated") anomalies.note("legacy.data", "repeated_row");
  // Rows of the same project for different labelers are parts of its work.
  if (merged === "added" && item["labelerId"] === undefined) anomalies.note("legacy.data", "duplicate_row");
  const name = projects.get(project)?.name ?? readText(item, "legacy.data", "projectName", anomalies);
  projects.set(project, { name, type: undefined });
}

/** Dates and numbers are far shorter; longer texts are not parsed. */
const MAX_DATE_LENGTH = 100;

function readLastUpdated(raw: unknown, anomalies: AnomalyTally): number | undefined {
  if (raw === undefined || raw === null) return undefined;
  const isDate = typeof raw === "string" && raw.length <= MAX_DATE_LENGTH;
  const ms = typeof raw === "number" ? raw : isDate ? Date.parse(raw) : NaN;
  if (Number.isFinite(ms) && ms >= 0) return ms;
  anomalies.note("legacy.last_updated", "not_a_number");
  return undefined;
}

const WORK = Object.fromEntries(ADDITIVE.map((field) => [field, "count"] as const));

/** The first work that a tick counts, as {@link workIn} writes it. */
function workInTicks(ticks: LegacyStats["ticks"]): string | undefined {
  for (const values of ticks?.values() ?? []) {
    const work = workIn("ticks[].values", LEGACY_TICK_FIELDS, values);
    if (work !== undefined) return work;
  }
  return undefined;
}

type LegacyData = z.output<typeof legacySchema>["data"];

function readDocument(json: unknown): LegacyData {
  const document = legacySchema.safeParse(json);
  if (document.success) return document.data.data;
  throw new ApiError("the legacy answer does not have the documented form", { reason: "invalid_schema" });
}

function emptyStats(): PartialStats {
  return {
    rows: createRowMerger<LegacyRowField, LegacyRow>(ADDITIVE),
    projects: new Map(),
    labelers: new Map(),
    anomalies: createAnomalyTally(),
    rejected: new Map(),
  };
}

function* readItems({ data, labelers }: LegacyData, stats: PartialStats): Steps<void> {
  for (const item of data ?? []) {
    readRow(item, stats);
    yield;
  }
  for (const item of labelers) {
    readLabeler(item, "legacy.labelers", stats);
    yield;
  }
}

type Read = Pick<LegacyStats, "rejected" | "ticks"> & { readonly rows: readonly LegacyRow[] };

function refuseContradictions(data: LegacyData, { rows, rejected, ticks }: Read): void {
  refuseContradiction({
    ...{ where: "data.data", sent: data.data?.length, rows, rejected, named: data.labelers.length },
    work: workInTicks(ticks),
    unknownList: unknownListIn(data, KNOWN_DATA),
    isFiltered: false,
  });
}

/** Without ticks the labelers' numbers are missing while those of projects are there. */
function noteMissingTicks({ ticks }: LegacyData, rows: readonly LegacyRow[], anomalies: AnomalyTally): void {
  const isWithoutTicks = (ticks ?? []).length === 0;
  if (isWithoutTicks && rows.some(({ values }) => workIn("", WORK, values))) anomalies.note("legacy.ticks", "missing");
}

function* readLegacy(json: unknown, range: TimeRange): Steps<LegacyStats> {
  const data = readDocument(json);
  const partial = emptyStats();
  const { anomalies } = partial;
  noteUnknown(data, KNOWN_DATA, "legacy.", anomalies);
  yield* readItems(data, partial);
  const lastUpdatedMs = readLastUpdated(data.last_updated, anomalies);
  const ticks = data.ticks === undefined ? undefined : yield* sumTicks(data.ticks, range, anomalies);
  const rows = partial.rows.rows();
  refuseContradictions(data, { rows, rejected: partial.rejected, ticks });
  noteMissingTicks(data, rows, anomalies);
  const byProject = new Map(partial.rows.entries().map(([project, { values }]) => [project, values]));
  return { ...partial, rows: byProject, lastUpdatedMs, ticks, anomalies: anomalies.counted() };
}

/**
 * Parses a response of `GET /workspace-stats`. Accepts what the documentation leaves open: nulls, numeric text, missing
 * arrays, unknown fields, rows per project or per project and labeler, ticks of any width.
 *
 * Pauses after every row, so that the caller can free the event loop.
 * @param range what was asked for: ticks outside it do not belong to its work
 * @throws ApiError `invalid_schema` for a document of another form, or one that contradicts itself
 */
export function* parseLegacyInSteps(json: unknown, range: TimeRange): Steps<LegacyStats> {
  try {
    return yield* readLegacy(json, range);
  } catch (error) {
    throw unreadable(error);
  }
}
