import { type AnswerObserver, createFieldLimiter } from "./anomalies.ts";

/** What was not as it should be in answers that could be used all the same: how often, by kind. */
export interface AnswerNotes {
  /** Rows that were dropped, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Anomalies, by reason and field: `not_a_number data.approved`. */
  readonly anomalies: Readonly<Record<string, number>>;
}

/** Takes notes of the answers of a poll, as the counters of a running exporter do. */
export interface NoteTaker extends AnswerObserver {
  readonly notes: () => AnswerNotes;
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Creates a {@link NoteTaker}; it keeps the names of as many fields as the counters do. */
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

/** The notes of answers that are there at once. */
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
  const rest = sorted.length > MAX_SHOWN ? ` and ${sorted.length - MAX_SHOWN} kinds more` : "";
  return [`${what}: ${total} (${shown.join(", ")}${rest})`];
}

/** The notes for people, at most two lines, the most frequent kinds first: `rows dropped: 4 (3 missing_labeler, …)`. */
export function notesText({ dropped, anomalies }: AnswerNotes): string[] {
  return [...countsText(dropped, "rows dropped"), ...countsText(anomalies, "anomalies in the answers")];
}
