import { z } from "zod";
import { ApiError } from "../../errors.ts";
import { type Steps, inOneGo } from "../../steps.ts";
import { type AnomalyTally, type RejectionReason, createAnomalyTally } from "../../answers/anomalies.ts";
import { refuseContradiction, unknownListIn, workIn } from "../../answers/contradictions.ts";
import { KNOWN_TEXT_FIELDS, ROW_FIELDS, type Row, type RowField, type Stats, TOTAL_FIELDS } from "./fields.ts";
import { RowTableBuilder } from "../../answers/row-table.ts";
import { unreadable } from "../../roboflow/read-body.ts";
import { Repetitions } from "../../answers/rows.ts";
import { eachNumber, readNumbers } from "../../answers/numbers.ts";
import { type LabelerInfo, type ProjectInfo, readLabeler } from "../../answers/names.ts";
import { type Fields, idProblem, list, listIfAny, noteUnknown, readId, readText } from "../../answers/fields.ts";
import { isRecord } from "../../untrusted.ts";

const record = z.record(z.string(), z.unknown());

/** The outer shape. Arrays may be missing or null; anything else in their place makes the document invalid. */
const documentSchema = z.looseObject({
  data: listIfAny,
  labelers: list,
  stats: record.nullish().transform((stats) => stats ?? {}),
  meta: record.nullish().transform((meta) => meta ?? {}),
});

const KNOWN = {
  document: new Set<string>(KNOWN_TEXT_FIELDS.document),
  data: new Set<string>([...KNOWN_TEXT_FIELDS.data, ...Object.keys(ROW_FIELDS)]),
  stats: new Set<string>(Object.keys(TOTAL_FIELDS)),
  meta: new Set<string>(KNOWN_TEXT_FIELDS.meta),
} as const;

/** A rate, and a number of distinct images: two rows may be about the same images. */
const NEVER_SUMMED: readonly string[] = ["approvalRate", "uniqueImagesLabeled"];

function isAdditive(field: RowField): boolean {
  return !NEVER_SUMMED.includes(field);
}

/** The rows that have been read so far. */
interface ReadRows {
  readonly rows: RowTableBuilder<RowField>;
  /** The first item of each row. */
  readonly items: unknown[];
  readonly repetitions: Repetitions<number>;
}

/** What has been read of an answer so far. */
interface PartialStats {
  readonly read: ReadRows;
  readonly projects: Map<string, ProjectInfo>;
  readonly labelers: Map<string, LabelerInfo>;
  readonly anomalies: AnomalyTally;
  readonly rejected: Map<RejectionReason, number>;
  workspaceId: string | undefined;
}

function noteUnknownFields(fields: Fields, section: keyof typeof KNOWN, anomalies: AnomalyTally): void {
  noteUnknown(fields, KNOWN[section], section === "document" ? "" : `${section}.`, anomalies);
}

function readIdentity(fields: Fields): Pick<Row, "project" | "labeler"> | RejectionReason {
  const project = readId(fields["projectId"]);
  if (project === undefined) return "missing_project";
  const labeler = readId(fields["labelerId"]);
  if (labeler === undefined) return "missing_labeler";
  return idProblem(project) ?? idProblem(labeler) ?? { project, labeler };
}

/**
 * Reads the numbers of a row. A row with the same content as an earlier one is a repetition and changes nothing. Any other
 * row of the same project and labeler is added to it: counts add up, and fields that do not are dropped.
 */
function readRowNumbers(
  item: Fields,
  { project, labeler }: Pick<Row, "project" | "labeler">,
  stats: PartialStats,
): void {
  const { anomalies, read } = stats;
  const { rows, items, repetitions } = read;
  const known = rows.find(project, labeler);
  if (known === undefined) {
    const row = rows.append(project, labeler);
    items.push(item);
    eachNumber(item, { fields: ROW_FIELDS, section: "data", anomalies }, (field, value) => {
      rows.set(row, field, value);
    });
    return;
  }
  const values = readNumbers(item, ROW_FIELDS, "data", anomalies);
  const isRepeated = repetitions.isRepeated(known, items[known], item);
  anomalies.note("data", isRepeated ? "repeated_row" : "duplicate_row");
  if (!isRepeated) rows.addTo(known, values, isAdditive);
}

function readRow(item: unknown, stats: PartialStats): void {
  const { anomalies, projects, rejected } = stats;
  const identity = isRecord(item) ? readIdentity(item) : "not_an_object";
  if (!isRecord(item) || typeof identity === "string") {
    const reason = typeof identity === "string" ? identity : "not_an_object";
    rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
    return;
  }
  noteUnknownFields(item, "data", anomalies);
  readRowNumbers(item, identity, stats);
  stats.workspaceId ??= readText(item, "data", "workspaceId", anomalies);
  const seen = projects.get(identity.project);
  if (seen?.name !== undefined && seen.type !== undefined) return;
  projects.set(identity.project, {
    name: seen?.name ?? readText(item, "data", "projectName", anomalies),
    type: seen?.type ?? readText(item, "data", "projectType", anomalies),
  });
}

function readNotices(meta: Fields, anomalies: AnomalyTally): string[] {
  noteUnknownFields(meta, "meta", anomalies);
  const notices: unknown[] = Array.isArray(meta["notices"]) ? meta["notices"] : [];
  return notices.slice(0, 20).flatMap((notice) => readText({ notice }, "meta.notices", "notice", anomalies) ?? []);
}

function lacksContent(json: unknown): boolean {
  return typeof json === "object" && json !== null && !("data" in json) && !("stats" in json);
}

type AnswerDocument = z.output<typeof documentSchema>;

function readDocument(json: unknown): AnswerDocument {
  const document = documentSchema.safeParse(json);
  const problem = document.success ? undefined : document.error.issues[0];
  if (problem) {
    const where = problem.path.join(".") || "the document";
    throw new ApiError(`the answer does not have the documented form: ${where}: ${problem.message}`, {
      reason: "invalid_schema",
    });
  }
  // Another kind of object must not count as an empty answer, which would withdraw all published data.
  if (lacksContent(json)) throw new ApiError("the answer holds neither data nor stats", { reason: "invalid_schema" });
  return document.data ?? documentSchema.parse({});
}

/** Whether a project or a labeler was asked for. */
export interface AskedFor {
  readonly project?: string;
  readonly userId?: string;
}

function emptyStats(): PartialStats {
  return {
    read: { rows: new RowTableBuilder(ROW_FIELDS), items: [], repetitions: new Repetitions() },
    projects: new Map(),
    labelers: new Map(),
    anomalies: createAnomalyTally(),
    rejected: new Map(),
    workspaceId: undefined,
  };
}

function* readItems({ data, labelers }: AnswerDocument, stats: PartialStats): Steps<void> {
  for (const item of data ?? []) {
    readRow(item, stats);
    yield;
  }
  for (const item of labelers) {
    readLabeler(item, "labelers", stats);
    yield;
  }
}

function refuseContradictions(document: AnswerDocument, stats: Omit<Stats, "anomalies">, asked: AskedFor): void {
  const { rows, rejected, totals } = stats;
  refuseContradiction({
    ...{ where: "data", sent: document.data?.length, rows, rejected, named: document.labelers.length },
    work: workIn("stats", TOTAL_FIELDS, totals),
    unknownList: unknownListIn(document, KNOWN.document),
    isFiltered: asked.project !== undefined || asked.userId !== undefined,
  });
}

function* readStats(json: unknown, asked: AskedFor): Steps<Stats> {
  const document = readDocument(json);
  const partial = emptyStats();
  const { anomalies } = partial;
  noteUnknownFields(document, "document", anomalies);
  yield* readItems(document, partial);
  noteUnknownFields(document.stats, "stats", anomalies);
  const totals = readNumbers(document.stats, TOTAL_FIELDS, "stats", anomalies);
  const notices = readNotices(document.meta, anomalies);
  const { projects, labelers, rejected, workspaceId } = partial;
  const stats = { rows: partial.read.rows.table(), projects, labelers, rejected, workspaceId, totals, notices };
  refuseContradictions(document, stats, asked);
  return { ...stats, anomalies: anomalies.counted() };
}

/**
 * Parses a response of `GET /{workspace}/stats`. Accepts both forms in the documentation and what it leaves open: nulls,
 * numeric strings, missing arrays, unknown fields, duplicate rows, labelers without metadata. Bad rows are dropped and
 * noted; a bad document fails, and so does one that contradicts itself.
 *
 * Pauses after every row, so that the caller can free the event loop.
 * @throws ApiError `invalid_schema`
 */
export function* parseStatsInSteps(json: unknown, asked: AskedFor = {}): Steps<Stats> {
  try {
    return yield* readStats(json, asked);
  } catch (error) {
    throw unreadable(error);
  }
}

/** As {@link parseStatsInSteps}, in one go. */
export function parseStats(json: unknown, asked: AskedFor = {}): Stats {
  return inOneGo(parseStatsInSteps(json, asked));
}
