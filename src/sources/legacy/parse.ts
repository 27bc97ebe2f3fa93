import { z } from "zod";
import { ApiError } from "../../errors.ts";
import type { Steps } from "../../steps.ts";
import { type AnomalyTally, createAnomalyTally } from "../../answers/anomalies.ts";
import { refuseContradiction, strangerIn, workIn } from "../../answers/contradictions.ts";
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
import { type RowMerger, createRowMerger } from "../../answers/merge-rows.ts";
import { idProblem, noteUnknown, readId, readText } from "../../answers/read-fields.ts";
import { readLabeler } from "../../answers/read-labeler.ts";
import { readNumbers } from "../../answers/read-number.ts";
import { list, listIfAny } from "../../answers/schema.ts";
import { isRecord } from "../../is-record.ts";
import type { LabelerInfo, ProjectInfo, RejectionReason } from "../../answers/answer.ts";

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

/** What adds up when the rows turn out to be per project and labeler; pace and rate do not. */
const ADDITIVE: readonly LegacyRowField[] = [
  "total_time_spent_annotating_minutes",
  "total_images_labeled",
  "total_boxes_created",
  "num_images_marked_null",
];

interface LegacyRow {
  readonly values: LegacyRowValues;
}

interface Reading {
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

function readRow(item: unknown, { rows, projects, anomalies, rejected }: Reading): void {
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
  // Rows of a project that name their labelers are parts of its work.
  if (merged === "added" && item["labelerId"] === undefined) anomalies.note("legacy.data", "duplicate_row");
  const name = projects.get(project)?.name ?? readText(item, "legacy.data", "projectName", anomalies);
  projects.set(project, { name, type: undefined });
}

/** Dates and numbers are far shorter; no parser is tried on a longer text. */
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

/** The work that ticks count, as {@link workIn} has it. */
function workInTicks(ticks: LegacyStats["ticks"]): string | undefined {
  for (const values of ticks?.values() ?? []) {
    const work = workIn("ticks[].values", LEGACY_TICK_FIELDS, values);
    if (work !== undefined) return work;
  }
  return undefined;
}

function* readLegacy(json: unknown, range: TimeRange): Steps<LegacyStats> {
  const document = legacySchema.safeParse(json);
  if (!document.success)
    throw new ApiError("the legacy answer has not the documented form", { reason: "invalid_schema" });
  const { data } = document.data;
  const reading: Reading = {
    rows: createRowMerger<LegacyRowField, LegacyRow>(ADDITIVE),
    projects: new Map(),
    labelers: new Map(),
    anomalies: createAnomalyTally(),
    rejected: new Map(),
  };
  const { anomalies, rejected } = reading;
  noteUnknown(data, KNOWN_DATA, "legacy.", anomalies);
  for (const item of data.data ?? []) {
    readRow(item, reading);
    yield;
  }
  for (const item of data.labelers) {
    readLabeler(item, "legacy.labelers", reading);
    yield;
  }
  const lastUpdatedMs = readLastUpdated(data.last_updated, anomalies);
  const ticks = data.ticks === undefined ? undefined : yield* sumTicks(data.ticks, range, anomalies);
  const rows = reading.rows.rows();
  const where = { where: "data.data", sent: data.data?.length, named: data.labelers.length, isFiltered: false };
  refuseContradiction({ ...where, rows, rejected, work: workInTicks(ticks), stranger: strangerIn(data, KNOWN_DATA) });
  // The labelers' numbers are gone then, while the projects' are there.
  const isWithoutTicks = (data.ticks ?? []).length === 0;
  if (isWithoutTicks && rows.some(({ values }) => workIn("", WORK, values))) anomalies.note("legacy.ticks", "missing");
  const byProject = new Map(reading.rows.entries().map(([project, { values }]) => [project, values]));
  return { ...reading, rows: byProject, lastUpdatedMs, ticks, anomalies: anomalies.counted() };
}

/**
 * Turns a body of `GET /workspace-stats` into {@link LegacyStats}. Tolerates what the page leaves open: nulls, numeric
 * text, missing arrays, unknown fields, rows per project or per project and labeler, ticks of any width.
 *
 * Stops after every row, so that the caller can let others have the event loop.
 * @param range what was asked for: ticks that do not lie within it are not its work
 * @throws ApiError `invalid_schema` for a document of another form, or one that contradicts itself
 */
export function* parseLegacyInSteps(json: unknown, range: TimeRange): Steps<LegacyStats> {
  try {
    return yield* readLegacy(json, range);
  } catch (error) {
    throw unreadable(error);
  }
}
