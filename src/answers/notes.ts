import { z } from "zod";
import { type AnswerObserver, createFieldLimiter } from "./anomalies.ts";

/** What was wrong in answers that could still be used: how often, by kind. */
export interface AnswerNotes {
  /** Rows that were dropped, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Anomalies, by reason and field: `not_a_number data.approved`. */
  readonly anomalies: Readonly<Record<string, number>>;
}

/** Takes notes of the answers of a poll, like the counters of a running exporter. */
export interface NoteTaker extends AnswerObserver {
  readonly notes: () => AnswerNotes;
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Creates a {@link NoteTaker}, which names as many fields as the counters do. */
export function createNoteTaker(): NoteTaker {
  const [dropped, anomalies] = [new Map<string, number>(), new Map<string, number>()];
  const limitField = createFieldLimiter();
  return {
    answered: (stats) => {
      for (const [reason, count] of stats.rejected) addTo(dropped, reason, count);
      for (const { field, reason, count } of stats.anomalies) addTo(anomalies, `${reason} ${limitField(field)}`, count);
    },
    filterIgnored: (filter) => {
      addTo(anomalies, `filter_ignored ${filter}`, 1);
    },
    notes: () => ({ dropped: Object.fromEntries(dropped), anomalies: Object.fromEntries(anomalies) }),
  };
}

/** The notes of several answers. */
export function notesOf(answers: readonly Parameters<AnswerObserver["answered"]>[0][]): AnswerNotes {
  const taker = createNoteTaker();
  for (const answer of answers) taker.answered(answer);
  return taker.notes();
}

function summed(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const [key, count] of all.flatMap((counts) => Object.entries(counts))) addTo(sums, key, count);
  return Object.fromEntries(sums);
}

/** The sum of several notes. */
export function sumOfNotes(all: readonly AnswerNotes[]): AnswerNotes {
  return {
    dropped: summed(all.map(({ dropped }) => dropped)),
    anomalies: summed(all.map(({ anomalies }) => anomalies)),
  };
}

const MAX_SHOWN = 10;

function countsText(counts: Readonly<Record<string, number>>, what: string): string[] {
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return [];
  const shown = sorted.slice(0, MAX_SHOWN).map(([key, count]) => `${count} ${key}`);
  const rest = sorted.length > MAX_SHOWN ? ` and ${sorted.length - MAX_SHOWN} more kinds` : "";
  return [`${what}: ${total} (${shown.join(", ")}${rest})`];
}

/** The notes as up to two lines of text, the most frequent kinds first: `rows dropped: 4 (3 missing_labeler, …)`. */
export function notesText({ dropped, anomalies }: AnswerNotes): string[] {
  return [...countsText(dropped, "rows dropped"), ...countsText(anomalies, "anomalies in the answers")];
}

const counts = z.record(z.string().max(256), z.int().min(0));
const notesSchema = z.strictObject({ dropped: counts, anomalies: counts });

const NONE: AnswerNotes = { dropped: {}, anomalies: {} };

/** Adds the notes of the answers to the parts of a stored document, as its last part; nothing if there are none. */
export function withNotes(parts: readonly unknown[], notes: AnswerNotes): readonly unknown[] {
  const isEmpty = [notes.dropped, notes.anomalies].every((one) => Object.keys(one).length === 0);
  return isEmpty ? parts : [...parts, notes];
}

/** Separates what {@link withNotes} joined. Parts without notes have empty ones. */
export function splitNotes(parts: readonly unknown[]): {
  readonly parts: readonly unknown[];
  readonly notes: AnswerNotes;
} {
  const notes = notesSchema.safeParse(parts.at(-1)).data;
  return notes ? { parts: parts.slice(0, -1), notes } : { parts, notes: NONE };
}
