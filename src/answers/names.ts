import type { AnomalyTally } from "./anomalies.ts";
import { idProblem, noteUnknown, readId, readText } from "./fields.ts";
import { isRecord } from "../untrusted.ts";

/** What an answer says about a project. */
export interface ProjectInfo {
  readonly name: string | undefined;
  readonly type: string | undefined;
}

/** What an answer says about a labeler. */
export interface LabelerInfo {
  readonly name: string | undefined;
  readonly email: string | undefined;
}

/** What an answer names, by id. */
interface Named {
  readonly projects: ReadonlyMap<string, ProjectInfo>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
}

/** Every project that an answer names; the first answer that knows something counts. */
export function mergeProjects(answers: readonly Pick<Named, "projects">[]): Map<string, ProjectInfo> {
  const merged = new Map<string, ProjectInfo>();
  for (const [id, info] of answers.flatMap(({ projects }) => [...projects])) {
    const seen = merged.get(id);
    merged.set(id, { name: seen?.name ?? info.name, type: seen?.type ?? info.type });
  }
  return merged;
}

interface LabelerAnswer extends Pick<Named, "labelers"> {
  /** Ids of everyone with work. */
  readonly present: Iterable<string>;
}

/** Every labeler with work has an entry, with or without metadata. */
export function mergeLabelers(answers: readonly LabelerAnswer[]): Map<string, LabelerInfo> {
  const merged = new Map<string, LabelerInfo>();
  for (const { present, labelers } of answers) {
    for (const labeler of present) {
      const [seen, info] = [merged.get(labeler), labelers.get(labeler)];
      merged.set(labeler, { name: seen?.name ?? info?.name, email: seen?.email ?? info?.email });
    }
  }
  return merged;
}

/** The fields of an entry of `labelers[]`, all of them texts. */
export const LABELER_FIELDS = ["id", "displayName", "email"] as const;

const KNOWN = new Set<string>(LABELER_FIELDS);

/** The labelers of the entries read so far. */
export interface GatheredLabelers {
  readonly labelers: Map<string, LabelerInfo>;
  readonly anomalies: AnomalyTally;
}

/** Reads one entry of `labelers[]`, which has the same form in every endpoint. The first entry of an id counts. */
export function readLabeler(item: unknown, section: string, { anomalies, labelers }: GatheredLabelers): void {
  const id = isRecord(item) ? readId(item["id"]) : undefined;
  if (!isRecord(item) || id === undefined) {
    anomalies.note(section, "not_an_object");
    return;
  }
  noteUnknown(item, KNOWN, `${section}.`, anomalies);
  // Rows with such an id are dropped, so it needs no name.
  if (idProblem(id)) anomalies.note(`${section}.id`, "bad_id");
  else if (labelers.has(id)) anomalies.note(`${section}.id`, "duplicate_labeler");
  else
    labelers.set(id, {
      name: readText(item, section, "displayName", anomalies),
      email: readText(item, section, "email", anomalies),
    });
}
