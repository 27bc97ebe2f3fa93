import { type AnswerNotes, notesText } from "../answers/notes.ts";
import type { Window } from "../calendar/windows.ts";
import { plainText } from "../plain-text.ts";
import { type Unmatched, unmatchedText } from "../sources/unmatched.ts";
import type { RenderedCount } from "./openmetrics.ts";
import type { Period } from "./questions.ts";
import { type Learned, isKnown } from "./series.ts";

/** Metrics that have no value in some windows, because days do not add up to them. */
interface LeftOut {
  readonly windows: readonly string[];
  readonly metrics: readonly string[];
}

/** What a backfill wrote, and what it found on the way. */
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

/** What could not be known, by the windows in which it could not be known. */
export function leftOut(learned: Learned, exclude: readonly string[]): readonly LeftOut[] {
  const byWindows = new Map<string, { windows: readonly string[]; metrics: string[] }>();
  for (const one of learned.sources) {
    const grains = one.source.history.grains.filter(({ name }) => one.days.tracks(name).length > 0);
    for (const definition of grains.flatMap(({ metrics }) => metrics)) {
      const isUnknown = (window: Window) => !isKnown(one, window, definition);
      const unknown = learned.windows.filter(isUnknown).map(({ name }) => name);
      if (unknown.length === 0 || exclude.includes(definition.name)) continue;
      const group = byWindows.get(unknown.join()) ?? { windows: unknown, metrics: [] };
      byWindows.set(unknown.join(), group);
      group.metrics.push(definition.name);
    }
  }
  return [...byWindows.values()];
}

const grouped = (count: number) => count.toLocaleString("en-US");

function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const lines = leftOut.map(({ windows, metrics }) => `  in ${windows.join(", ")}: ${metrics.join(", ")}`);
  return ["Left out, because they cannot be added up from days (--exact requests them):", ...lines];
}

/** The names of unknown fields come from outside. */
function notesLines(notes: AnswerNotes): string[] {
  const lines = notesText(notes).map((line) => `  ${plainText(line)}`);
  return lines.length === 0
    ? []
    : ["Not as documented in the API's responses (dropped rows are not counted anywhere):", ...lines];
}

function unmatchedLines(unmatched: readonly Unmatched[]): string[] {
  if (unmatched.length === 0) return [];
  return [
    "Names in the configuration that matched nothing:",
    ...unmatched.map((one) => `  ${plainText(unmatchedText(one))}`),
  ];
}

/** How to turn the file into blocks, and how to keep them. */
function nextSteps({ output, ageDays }: BackfillResult): string[] {
  return [
    "Turn it into blocks, and give Prometheus a retention that keeps them, or it deletes them at once:",
    `  promtool tsdb create-blocks-from --max-block-duration=8760h openmetrics ${quoted(output)} <Prometheus' data directory>`,
    `  prometheus --storage.tsdb.retention.time=${ageDays + 31}d …`,
    "A running Prometheus loads the new blocks within minutes. Delete them before the next backfill; it does not replace existing blocks.",
  ];
}

/** The summary for people: what is in the file, what is not, and what to do with it. */
export function describeResult(result: BackfillResult): string {
  const { output, period, bytes, series, samples } = result;
  const { from, to, windows } = period;
  return [
    `${output} has ${grouped(series)} series with ${grouped(samples)} samples (${grouped(bytes)} bytes): each day from ${from} to ${to},`,
    `as it was at the day's end, in the windows ${windows.map(({ name }) => name).join(", ")}.`,
    ...leftOutLines(result.leftOut),
    ...notesLines(result.notes),
    ...unmatchedLines(result.unmatched),
    "Not included: approval targets and exporter health, whose past values are unknown.",
    ...nextSteps(result),
    "",
  ].join("\n");
}
