import { z } from "zod";

const counts = z.record(z.string().max(256), z.int().min(0));
const notesSchema = z.strictObject({ dropped: counts, anomalies: counts });

/** What was not as it should be in answers, as counts by kind. */
export type StoredNotes = z.output<typeof notesSchema>;

const NONE: StoredNotes = { dropped: {}, anomalies: {} };

/** Parts with the notes of the answers they came from at their end, if there are any. */
export function withNotes(parts: readonly unknown[], notes: StoredNotes): readonly unknown[] {
  const isEmpty = [notes.dropped, notes.anomalies].every((one) => Object.keys(one).length === 0);
  return isEmpty ? parts : [...parts, notes];
}

/** What {@link withNotes} was given. Parts without notes have none, as those that were written before there were any. */
export function splitNotes(parts: readonly unknown[]): {
  readonly parts: readonly unknown[];
  readonly notes: StoredNotes;
} {
  const notes = notesSchema.safeParse(parts.at(-1)).data;
  return notes ? { parts: parts.slice(0, -1), notes } : { parts, notes: NONE };
}
