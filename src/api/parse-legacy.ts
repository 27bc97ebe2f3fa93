import { ApiError } from "../errors.ts";
import { addValues } from "./add-values.ts";
import {
  LEGACY_ROW_FIELDS,
  type LegacyRowField,
  type LegacyRowValues,
  type LegacyStats,
  type TimeRange,
} from "./legacy.ts";
import { sumTicks } from "./legacy-ticks.ts";
import { noteUnknown, readId, readText } from "./read-fields.ts";
import { readLabeler } from "./read-labeler.ts";
import { readNumbers } from "./read-number.ts";
import { MAX_ID_LENGTH, isRecord, legacySchema } from "./schema.ts";
import type { Anomaly, LabelerInfo, ProjectInfo, RejectionReason } from "./stats.ts";

const KNOWN_ROW = new Set<string>(["projectId", "projectName", "labelerId", ...Object.keys(LEGACY_ROW_FIELDS)]);
const KNOWN_DATA = new Set<string>(["last_updated", "data", "labelers", "ticks"]);

/** What adds up when the rows turn out to be per project and labeler; pace and rate do not. */
const ADDITIVE: readonly LegacyRowField[] = [
  "total_time_spent_annotating_minutes",
  "total_images_labeled",
  "total_boxes_created",
  "num_images_marked_null",
];

interface Reading {
  readonly rows: Map<string, LegacyRowValues>;
  readonly projects: Map<string, ProjectInfo>;
  readonly labelers: Map<string, LabelerInfo>;
  readonly anomalies: Anomaly[];
  readonly rejected: RejectionReason[];
}

function projectOf(item: unknown): string | undefined {
  return isRecord(item) ? readId(item["projectId"]) : undefined;
}

function readRow(item: unknown, { rows, projects, anomalies, rejected }: Reading): void {
  const project = projectOf(item);
  if (!isRecord(item) || project === undefined || project.length > MAX_ID_LENGTH) {
    rejected.push(!isRecord(item) ? "not_an_object" : project === undefined ? "missing_project" : "id_too_long");
    return;
  }
  noteUnknown(item, KNOWN_ROW, "legacy.data.", anomalies);
  const values = readNumbers(item, LEGACY_ROW_FIELDS, "legacy.data", anomalies);
  const seen = rows.get(project);
  if (seen && item["labelerId"] === undefined) anomalies.push({ field: "legacy.data", reason: "duplicate_row" });
  rows.set(project, seen ? addValues(ADDITIVE, seen, values) : values);
  const name = projects.get(project)?.name ?? readText(item, "legacy.data", "projectName", anomalies);
  projects.set(project, { name, type: undefined });
}

function readLastUpdated(raw: unknown, anomalies: Anomaly[]): number | undefined {
  if (raw === undefined || raw === null) return undefined;
  const ms = typeof raw === "number" ? raw : typeof raw === "string" ? Date.parse(raw) : NaN;
  if (Number.isFinite(ms) && ms >= 0) return ms;
  anomalies.push({ field: "legacy.last_updated", reason: "not_a_number" });
  return undefined;
}

/**
 * Turns a body of `GET /workspace-stats` into {@link LegacyStats}. Tolerates what the page leaves open: nulls, numeric
 * text, missing arrays, unknown fields, rows per project or per project and labeler, ticks of any width.
 * @param range what was asked for: ticks that do not lie within it are not its work
 * @throws ApiError `invalid_schema` for a document of another form
 */
export function parseLegacy(json: unknown, range: TimeRange): LegacyStats {
  const document = legacySchema.safeParse(json);
  if (!document.success)
    throw new ApiError("the legacy answer has not the documented form", { reason: "invalid_schema" });
  const { data } = document.data;
  const reading: Reading = {
    rows: new Map(),
    projects: new Map(),
    labelers: new Map(),
    anomalies: [],
    rejected: [],
  };
  noteUnknown(data, KNOWN_DATA, "legacy.", reading.anomalies);
  for (const item of data.data) readRow(item, reading);
  for (const item of data.labelers) readLabeler(item, "legacy.labelers", reading);
  return {
    ...reading,
    lastUpdatedMs: readLastUpdated(data.last_updated, reading.anomalies),
    ticks: data.ticks === undefined ? undefined : sumTicks(data.ticks, range, reading.anomalies),
  };
}
