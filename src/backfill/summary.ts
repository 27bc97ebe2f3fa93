import { type Unmatched, unmatchedText } from "../sources/unmatched.ts";
import { plainText } from "../untrusted.ts";
import { type AnswerNotes, notesText } from "../answers/notes.ts";
import type { LeftOut } from "./left-out.ts";
import type { RenderedCount } from "./openmetrics.ts";
import type { Period } from "./questions.ts";

/** What a backfill came to. */
export interface BackfillResult extends RenderedCount {
  readonly output: string;
  readonly period: Period;
  readonly bytes: number;
  /** Days from the first one until now: what Prometheus must keep. */
  readonly ageDays: number;
  readonly leftOut: readonly LeftOut[];
  /** Of all answers. */
  readonly notes: AnswerNotes;
  /** Names of the configuration that matched nothing on any day. */
  readonly unmatched: readonly Unmatched[];
}

const grouped = (count: number) => count.toLocaleString("en-US");

function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const lines = leftOut.map(({ windows, metrics }) => `  in ${windows.join(", ")}: ${metrics.join(", ")}`);
  return ["Left out, because days do not add up to them (--exact asks the API for them):", ...lines];
}

/** Foreign names of fields stand in them. */
function notesLines(notes: AnswerNotes): string[] {
  const lines = notesText(notes).map((line) => `  ${plainText(line)}`);
  return lines.length === 0
    ? []
    : ["Not as documented in the API's answers (dropped rows are in no number):", ...lines];
}

function unmatchedLines(unmatched: readonly Unmatched[]): string[] {
  if (unmatched.length === 0) return [];
  return [
    "Names in the configuration that matched nothing:",
    ...unmatched.map((one) => `  ${plainText(unmatchedText(one))}`),
  ];
}

/** The summary for people: what is in the file, what is not, and what to do with it. */
export function describeResult({
  output,
  period,
  bytes,
  series,
  samples,
  leftOut,
  notes,
  unmatched,
  ageDays,
}: BackfillResult): string {
  const { from, to, windows } = period;
  return [
    `${output} holds ${grouped(series)} series with ${grouped(samples)} samples (${grouped(bytes)} bytes): each day from ${from} to ${to},`,
    `as it stood at the day's end, in the windows ${windows.map(({ name }) => name).join(", ")}.`,
    ...leftOutLines(leftOut),
    ...notesLines(notes),
    ...unmatchedLines(unmatched),
    "Not in it: approval targets, and the exporter's own health, for what they were then is not known.",
    "Turn it into blocks, and give Prometheus a retention that keeps them, or it deletes them at once:",
    `  promtool tsdb create-blocks-from --max-block-duration=8760h openmetrics ${quoted(output)} <Prometheus' data directory>`,
    `  prometheus --storage.tsdb.retention.time=${ageDays + 31}d …`,
    "A running Prometheus finds the new blocks within minutes; they are replaced by the next backfill only if you delete them.",
    "",
  ].join("\n");
}
