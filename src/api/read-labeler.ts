import { KNOWN_TEXT_FIELDS } from "./fields.ts";
import { noteUnknown, readId, readText } from "./read-fields.ts";
import { isRecord } from "./schema.ts";
import type { Anomaly, LabelerInfo } from "./stats.ts";

const KNOWN = new Set<string>(KNOWN_TEXT_FIELDS.labelers);

/** What an answer's labelers are gathered in. */
export interface LabelerReading {
  readonly labelers: Map<string, LabelerInfo>;
  readonly anomalies: Anomaly[];
}

/** Reads one entry of `labelers[]`, which both endpoints have alike. The first entry of an id counts. */
export function readLabeler(item: unknown, section: string, { anomalies, labelers }: LabelerReading): void {
  const id = isRecord(item) ? readId(item["id"]) : undefined;
  if (!isRecord(item) || id === undefined) {
    anomalies.push({ field: section, reason: "not_an_object" });
    return;
  }
  noteUnknown(item, KNOWN, `${section}.`, anomalies);
  if (labelers.has(id)) anomalies.push({ field: `${section}.id`, reason: "duplicate_labeler" });
  else
    labelers.set(id, {
      name: readText(item, section, "displayName", anomalies),
      email: readText(item, section, "email", anomalies),
    });
}
