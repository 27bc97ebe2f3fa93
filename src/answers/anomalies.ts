import { z } from "zod";
import { plainText } from "../untrusted.ts";

/** A deviation of an answer from its documentation, and how often it occurs. */
export interface Anomaly {
  readonly field: string;
  readonly reason: AnomalyReason;
  readonly count: number;
}

export const ANOMALY_REASONS = [
  "unknown_field",
  "not_a_number",
  "not_text",
  "negative",
  "out_of_range",
  "duplicate_row",
  "repeated_row",
  "duplicate_labeler",
  "not_an_object",
  "missing",
  "bad_id",
  "filter_ignored",
] as const;
export type AnomalyReason = (typeof ANOMALY_REASONS)[number];

/** Why a row of `data[]` was dropped. */
export const REJECTION_REASONS = [
  "not_an_object",
  "missing_project",
  "missing_labeler",
  "id_too_long",
  "bad_id",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** How many rows were dropped, by reason; absent for a reason without any. */
export type Rejections = ReadonlyMap<RejectionReason, number>;

/** How many unknown fields of one answer are counted by name; further ones count as {@link OTHER}. */
const MAX_UNKNOWN_NAMES = 50;
/** How many characters of a field name from outside are read. */
const MAX_NAME_LENGTH = 64;
/** The name for all fields that are not counted by name. */
export const OTHER = "other";

/**
 * Counts the anomalies of one answer. It stays small whatever the answer: an answer in another form can have millions
 * of them.
 */
export interface AnomalyTally {
  /** @param field a name from our own tables */
  readonly note: (field: string, reason: AnomalyReason) => void;
  /** @param name comes from the answer; `section`, from our tables, is put in front of it */
  readonly noteUnknown: (section: string, name: string) => void;
  /** Each pair of field and reason once, in the order of their first occurrence. */
  readonly counted: () => readonly Anomaly[];
}

/** By code points, so that a surrogate pair is never split; a copy, so that a huge name can be freed. */
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

/** Maximum number of fields that are counted by name; the names of unknown fields come from outside. */
export const MAX_FIELDS = 50;

/** Keeps the set of label values made of foreign field names small: the first 50 pass, later ones become `other`. */
export function createFieldLimiter(): (field: string) => string {
  const seen = new Set<string>();
  return (field) => {
    const name = field.slice(0, MAX_NAME_LENGTH).toWellFormed();
    if (name === OTHER || (!seen.has(name) && seen.size >= MAX_FIELDS)) return OTHER;
    seen.add(name);
    return name;
  };
}

/** Is given every answer, before it is known whether the poll succeeds. */
export interface AnswerObserver {
  readonly answered: (answer: { readonly anomalies: readonly Anomaly[]; readonly rejected: Rejections }) => void;
  readonly filterIgnored: (filter: string) => void;
}

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
