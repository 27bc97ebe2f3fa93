import { type AnomalyTally, type RejectionReason, createAnomalyTally } from "../../answers/anomalies.ts";
import { type Fields, idProblem, noteUnknown, readId, readText } from "../../answers/fields.ts";
import { readNumbers } from "../../answers/numbers.ts";
import { ApiError } from "../../errors.ts";
import { unreadable } from "../../roboflow/read-body.ts";
import type { Steps } from "../../steps.ts";
import { isRecord, isSlug } from "../../untrusted.ts";
import {
  JOB_STATES,
  type ListedBatch,
  type ListedJob,
  type ListedProject,
  PROJECT_FIELDS,
  type Read,
} from "./fields.ts";
import { listIn, readCounts, readSeconds, readSize } from "./read.ts";

/** An answer as items of one kind. */
export interface Parsed<T> extends Read {
  readonly items: readonly T[];
}

/** How the items of a list are read. */
interface Kind<T extends object> {
  /** The list's key, which also stands before the fields of anomalies. */
  readonly key: string;
  /** What distinguishes the items; undefined where nothing has to. */
  readonly keyOf: (item: T) => string | undefined;
  readonly read: (fields: Fields, anomalies: AnomalyTally) => Steps<T | RejectionReason>;
}

/** Refuses a list of which nothing can be used: published data would vanish while the poll counts as good. */
function refuseUseless(key: string, sent: number, used: number): void {
  if (sent === 0 || used > 0) return;
  throw new ApiError(`none of the ${sent} entries of ${key} can be used`, { reason: "invalid_schema" });
}

function* readAll<T extends object>(list: readonly unknown[], { key, keyOf, read }: Kind<T>): Steps<Parsed<T>> {
  const anomalies = createAnomalyTally();
  const items: T[] = [];
  const rejected = new Map<RejectionReason, number>();
  const seen = new Set<string>();
  for (const fields of list) {
    const item = isRecord(fields) ? yield* read(fields, anomalies) : "not_an_object";
    if (typeof item === "string") rejected.set(item, (rejected.get(item) ?? 0) + 1);
    else {
      const own = keyOf(item);
      // The first counts: what two different entries of one thing mean is not documented.
      if (own !== undefined && seen.has(own)) anomalies.note(key, "duplicate_row");
      else items.push(item);
      if (own !== undefined) seen.add(own);
    }
    yield;
  }
  refuseUseless(key, list.length, items.length);
  return { items, rejected, anomalies: anomalies.counted() };
}

/** `workspace/slug`. */
function slugIn(id: string | undefined): Pick<ListedProject, "slug"> | RejectionReason {
  if (id === undefined) return "missing_project";
  const slug = id.slice(id.lastIndexOf("/") + 1);
  return isSlug(slug) ? { slug } : "bad_id";
}

const PROJECTS: Kind<ListedProject> = {
  key: "projects",
  keyOf: ({ slug }) => slug,
  read: function* (fields, anomalies) {
    const identity = slugIn(readId(fields["id"]));
    if (typeof identity === "string") return identity;
    const section = "projects";
    return {
      ...identity,
      name: readText(fields, section, "name", anomalies),
      type: readText(fields, section, "type", anomalies),
      values: readNumbers(fields, PROJECT_FIELDS, section, anomalies),
      versions: readSize(fields, section, "versions", anomalies),
      updated: readSeconds(fields, section, "updated", anomalies),
      splits: yield* readCounts(fields, section, "splits", anomalies),
      classCount: readSize(fields, section, "classes", anomalies),
      // A list has the names alone.
      classes: Array.isArray(fields["classes"]) ? new Map() : yield* readCounts(fields, section, "classes", anomalies),
    };
  },
};

/** The page "Jobs" lists them all. */
const KNOWN_JOB = new Set<string>([
  ...["id", "name", "project", "owner", "labeler", "reviewer", "status", "numImages", "sourceBatch", "createdBy"],
  ...["created", "instructionsText", ...Object.keys(JOB_STATES)],
]);

/** The project's id of `project`, else that of `sourceBatch`, which is `<project id>/<batch id>`. */
function projectOf(fields: Fields): string | undefined {
  const [ofBatch] = (readId(fields["sourceBatch"]) ?? "").split("/", 1);
  const id = readId(fields["project"]) ?? readId(ofBatch);
  return id === undefined || idProblem(id) ? undefined : id;
}

const JOBS: Kind<ListedJob> = {
  key: "jobs",
  keyOf: ({ id }) => id,
  read: function* (fields, anomalies) {
    yield;
    const id = readId(fields["id"]);
    const problem = id === undefined ? "bad_id" : idProblem(id);
    if (id === undefined || problem !== undefined) return problem ?? "bad_id";
    noteUnknown(fields, KNOWN_JOB, "jobs.", anomalies);
    return {
      id,
      name: readText(fields, "jobs", "name", anomalies),
      project: projectOf(fields),
      status: readText(fields, "jobs", "status", anomalies),
      labeler: readText(fields, "jobs", "labeler", anomalies),
      reviewer: readText(fields, "jobs", "reviewer", anomalies),
      values: readNumbers(fields, JOB_STATES, "jobs", anomalies),
      created: readSeconds(fields, "jobs", "created", anomalies),
    };
  },
};

const BATCHES: Kind<ListedBatch & { readonly id: string | undefined }> = {
  key: "batches",
  keyOf: ({ id }) => id,
  read: function* (fields, anomalies) {
    yield;
    const { images } = readNumbers(fields, { images: "count" }, "batches", anomalies);
    return { id: readId(fields["id"]), images, uploaded: readSeconds(fields, "batches", "uploaded", anomalies) };
  },
};

function* readable<T>(work: () => Steps<T>): Steps<T> {
  try {
    return yield* work();
  } catch (error) {
    throw unreadable(error);
  }
}

/**
 * Parses an answer of `GET /{workspace}`. Pauses after every project, as the others do after every item, so that the
 * caller can free the event loop.
 * @throws ApiError `invalid_schema`
 */
export function parseProjects(json: unknown): Steps<Parsed<ListedProject>> {
  return readable(() => {
    const workspace = isRecord(json) ? json["workspace"] : undefined;
    // Without the list the answer is about something else: an empty one would withdraw all that is published.
    const list = isRecord(workspace) ? workspace["projects"] : undefined;
    return readAll(listIn(list, PROJECTS.key), PROJECTS);
  });
}

/**
 * Parses an answer of `GET /{workspace}/{project}/jobs`: `{"jobs": […]}` or the list alone.
 * @throws ApiError `invalid_schema`
 */
export function parseJobs(json: unknown): Steps<Parsed<ListedJob>> {
  return readable(() => readAll(listIn(json, JOBS.key), JOBS));
}

/**
 * Parses an answer of `GET /{workspace}/{project}/batches`: `{"batches": […]}` or the list alone.
 * @throws ApiError `invalid_schema`
 */
export function parseBatches(json: unknown): Steps<Parsed<ListedBatch>> {
  return readable(() => readAll(listIn(json, BATCHES.key), BATCHES));
}
