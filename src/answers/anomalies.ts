import { plainText } from "../untrusted.ts";
import type { Anomaly, AnomalyReason } from "./answer.ts";

/** How many names of unknown fields one answer's anomalies keep apart; further ones count as {@link OTHER}. */
const MAX_UNKNOWN_NAMES = 50;
/** Characters of a foreign name that are looked at. */
const MAX_NAME_LENGTH = 64;
/** What stands for all fields that are not kept apart. */
export const OTHER = "other";

/**
 * Counts what an answer holds and should not. It stays small whatever the answer: an answer in another form can hold
 * millions of them.
 */
export interface AnomalyTally {
  /** `field` is a name of ours. */
  readonly note: (field: string, reason: AnomalyReason) => void;
  /** `name` is foreign; `section` is ours and stands in front of it. */
  readonly noteUnknown: (section: string, name: string) => void;
  /** Each pair of field and reason once, in the order of their first occurrence. */
  readonly counted: () => readonly Anomaly[];
}

/** By code points, so that a pair of surrogates is never halved; a copy, so that a huge name is not kept for its start. */
function startOf(name: string): string {
  return Array.from(name.slice(0, MAX_NAME_LENGTH)).join("");
}

/** An empty {@link AnomalyTally}. */
export function createAnomalyTally(): AnomalyTally {
  const counts = new Map<string, { readonly field: string; readonly reason: AnomalyReason; count: number }>();
  let unknownNames = 0;

  const count = (key: string, reason: AnomalyReason, field: string) => {
    const seen = counts.get(key);
    if (seen) seen.count++;
    else counts.set(key, { field, reason, count: 1 });
  };
  const note: AnomalyTally["note"] = (field, reason) => {
    count(`${reason} ${field}`, reason, field);
  };
  const noteUnknown: AnomalyTally["noteUnknown"] = (section, name) => {
    const key = `unknown_field ${section}${name.slice(0, MAX_NAME_LENGTH)}`;
    const seen = counts.get(key);
    if (seen) seen.count++;
    else if (unknownNames >= MAX_UNKNOWN_NAMES) note(OTHER, "unknown_field");
    else {
      unknownNames++;
      count(startOf(key), "unknown_field", `${section}${plainText(startOf(name))}`);
    }
  };
  return { note, noteUnknown, counted: () => [...counts.values()].map((one) => ({ ...one })) };
}
