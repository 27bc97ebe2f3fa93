import { ApiError } from "../errors.ts";
import { KNOWN_TEXT_FIELDS, ROW_FIELDS, TOTAL_FIELDS } from "./fields.ts";
import { mergeRows } from "./merge-rows.ts";
import { readNumbers } from "./read-number.ts";
import { readLabeler } from "./read-labeler.ts";
import { type Fields, noteUnknown, readId, readText } from "./read-fields.ts";
import { MAX_ID_LENGTH, documentSchema, isRecord } from "./schema.ts";
import type { Anomaly, LabelerInfo, ProjectInfo, RejectionReason, Row, Stats } from "./stats.ts";

/** Rows read in one go: a few milliseconds. */
const STEP = 1_000;

const KNOWN = {
  document: new Set<string>(KNOWN_TEXT_FIELDS.document),
  data: new Set<string>([...KNOWN_TEXT_FIELDS.data, ...Object.keys(ROW_FIELDS)]),
  stats: new Set<string>(Object.keys(TOTAL_FIELDS)),
  meta: new Set<string>(KNOWN_TEXT_FIELDS.meta),
} as const;

/** What is gathered while an answer is read; private to one call of {@link parseStats}. */
interface Reading {
  readonly rows: Row[];
  readonly projects: Map<string, ProjectInfo>;
  readonly labelers: Map<string, LabelerInfo>;
  readonly anomalies: Anomaly[];
  readonly rejected: RejectionReason[];
  workspaceId: string | undefined;
}

function noteUnknownFields(fields: Fields, section: keyof typeof KNOWN, anomalies: Anomaly[]): void {
  noteUnknown(fields, KNOWN[section], section === "document" ? "" : `${section}.`, anomalies);
}

function readIdentity(fields: Fields): { project: string; labeler: string } | RejectionReason {
  const project = readId(fields["projectId"]);
  if (project === undefined) return "missing_project";
  const labeler = readId(fields["labelerId"]);
  if (labeler === undefined) return "missing_labeler";
  return project.length > MAX_ID_LENGTH || labeler.length > MAX_ID_LENGTH ? "id_too_long" : { project, labeler };
}

function readRow(item: unknown, reading: Reading): void {
  const identity = isRecord(item) ? readIdentity(item) : "not_an_object";
  if (!isRecord(item) || typeof identity === "string") {
    reading.rejected.push(typeof identity === "string" ? identity : "not_an_object");
    return;
  }
  const { anomalies, projects } = reading;
  noteUnknownFields(item, "data", anomalies);
  reading.rows.push({ ...identity, values: readNumbers(item, ROW_FIELDS, "data", anomalies) });
  reading.workspaceId ??= readText(item, "data", "workspaceId", anomalies);
  const seen = projects.get(identity.project);
  projects.set(identity.project, {
    name: seen?.name ?? readText(item, "data", "projectName", anomalies),
    type: seen?.type ?? readText(item, "data", "projectType", anomalies),
  });
}

function readNotices(meta: Fields, anomalies: Anomaly[]): string[] {
  noteUnknownFields(meta, "meta", anomalies);
  const notices: unknown[] = Array.isArray(meta["notices"]) ? meta["notices"] : [];
  return notices.slice(0, 20).flatMap((notice) => readText({ notice }, "meta.notices", "notice", anomalies) ?? []);
}

function lacksContent(json: unknown): boolean {
  return typeof json === "object" && json !== null && !("data" in json) && !("stats" in json);
}

function readDocument(json: unknown): ReturnType<typeof documentSchema.parse> {
  const document = documentSchema.safeParse(json);
  const problem = document.success ? undefined : document.error.issues[0];
  if (problem) {
    const where = problem.path.join(".") || "the document";
    throw new ApiError(`the answer has not the documented form: ${where}: ${problem.message}`, {
      reason: "invalid_schema",
    });
  }
  // An object of another kind must not pass for an empty answer: that would withdraw everything published.
  if (lacksContent(json)) throw new ApiError("the answer holds neither data nor stats", { reason: "invalid_schema" });
  return document.data ?? documentSchema.parse({});
}

function* readAll(items: readonly unknown[], read: (item: unknown) => void): Generator<undefined, void> {
  for (const [index, item] of items.entries()) {
    read(item);
    if (index % STEP === STEP - 1) yield undefined;
  }
}

/**
 * Turns a body of `GET /{workspace}/stats` into {@link Stats}. Accepts what the documentation's two halves show and
 * what it leaves open: nulls, numeric strings, missing arrays, unknown fields, duplicate rows, labelers without
 * metadata. A bad row is dropped and noted; a bad document fails.
 *
 * Stops after every thousand rows, so that the caller can let others have the event loop.
 * @throws ApiError `invalid_schema` for a document of another form.
 */
export function* parseStatsInSteps(json: unknown): Generator<undefined, Stats> {
  const document = readDocument(json);
  const reading: Reading = {
    rows: [],
    projects: new Map(),
    labelers: new Map(),
    anomalies: [],
    rejected: [],
    workspaceId: undefined,
  };
  noteUnknownFields(document, "document", reading.anomalies);
  yield* readAll(document.data, (item) => {
    readRow(item, reading);
  });
  yield* readAll(document.labelers, (item) => {
    readLabeler(item, "labelers", reading);
  });
  noteUnknownFields(document.stats, "stats", reading.anomalies);
  return {
    ...reading,
    totals: readNumbers(document.stats, TOTAL_FIELDS, "stats", reading.anomalies),
    notices: readNotices(document.meta, reading.anomalies),
    rows: mergeRows(reading.rows, reading.anomalies),
  };
}

/** As {@link parseStatsInSteps}, in one go. */
export function parseStats(json: unknown): Stats {
  const steps = parseStatsInSteps(json);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
