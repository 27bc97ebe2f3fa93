import type { AnomalyTally } from "./anomalies.ts";
import { idProblem, noteUnknown, readId, readText } from "./read-fields.ts";
import { isRecord } from "../untrusted.ts";
import type { LabelerInfo } from "./answer.ts";

/** The fields of an entry of `labelers[]`, all of them texts. */
export const LABELER_FIELDS = ["id", "displayName", "email"] as const;

const KNOWN = new Set<string>(LABELER_FIELDS);

/** What an answer's labelers are gathered in. */
export interface LabelerReading {
  readonly labelers: Map<string, LabelerInfo>;
  readonly anomalies: AnomalyTally;
}

/** Reads one entry of `labelers[]`, which both endpoints have alike. The first entry of an id counts. */
export function readLabeler(item: unknown, section: string, { anomalies, labelers }: LabelerReading): void {
  const id = isRecord(item) ? readId(item["id"]) : undefined;
  if (!isRecord(item) || id === undefined) {
    anomalies.note(section, "not_an_object");
    return;
  }
  noteUnknown(item, KNOWN, `${section}.`, anomalies);
  // A row with such an id is dropped: there is nothing to name.
  if (idProblem(id)) anomalies.note(`${section}.id`, "bad_id");
  else if (labelers.has(id)) anomalies.note(`${section}.id`, "duplicate_labeler");
  else
    labelers.set(id, {
      name: readText(item, section, "displayName", anomalies),
      email: readText(item, section, "email", anomalies),
    });
}
