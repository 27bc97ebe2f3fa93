import { type AnswerNotes, notesText } from "../answers/anomalies.ts";
import type { Window } from "../calendar/windows.ts";
import { plainText } from "../untrusted.ts";
import { type Unmatched, unmatchedText } from "../sources/unmatched.ts";
import { type Period, type Scope, dayLine, isWide, neededDays, startOf } from "./questions.ts";
import type { RenderedCount } from "./openmetrics.ts";
import { type Learned, isKnown } from "./series.ts";

const grouped = (count: number) => count.toLocaleString("en-US");

/** What a backfill will ask and write. */
export interface Announced extends Scope {
  readonly cache: string;
  readonly requestsPerSecond: number;
  readonly stepSeconds: number;
}

const DAY_SECONDS = 86_400;
/** Measured: nearly all of it is labels. */
const BYTES_PER_SAMPLE = 185;

function timeLine(total: number, { cache, requestsPerSecond }: Announced): string {
  const minutes = Math.ceil(total / requestsPerSecond / 60);
  const rate = `${requestsPerSecond} requests per second`;
  return `${grouped(total)} responses are needed, from the cache ${cache} or from the API: up to ${minutes} min at ${rate}.`;
}

function sizeLine({ from, to }: Period, { stepSeconds }: Announced): string {
  const samples = dayLine(from, to).count * Math.ceil(DAY_SECONDS / stepSeconds);
  const megabytes = ((samples * BYTES_PER_SAMPLE) / 1e6).toFixed(1);
  return `Each series takes up to ${megabytes} MB of text (${grouped(samples)} samples); a longer --step makes it smaller.`;
}

/** Why days are asked for that the user may not expect. */
function firstDayLines(period: Period, scope: Announced): string[] {
  const { from, windows } = period;
  const { first } = neededDays(period, scope);
  const knowing = scope.sources.map(({ history }) => history.firstDay);
  if (knowing.includes(from)) return [`${from} is the first day that the API has; --from takes a later one.`];
  if (first === from) return [];
  const reaching = windows.filter((window) => knowing.some((firstDay) => startOf(window, from, firstDay) === first));
  const names = reaching.map(({ name }) => name).join(", ");
  return [`Days from ${first} on are needed, because windows of ${from} begin there: ${names}.`];
}

/** What the dashboards will lack. */
function missingLines({ windows }: Period, { exact }: Announced): string[] {
  const wide = windows.filter(isWide).map(({ name }) => name);
  if (exact || wide.length === 0) return [];
  return [
    `Without --exact, approval and unique images have no values in ${wide.join(", ")}: panels of approval stay empty for the past.`,
  ];
}

/** What is said before the first request: how long it takes, how large the text becomes, and what it will not hold. */
export function announcement(period: Period, announced: Announced, total: number): string {
  const lines = [
    timeLine(total, announced),
    sizeLine(period, announced),
    ...firstDayLines(period, announced),
    ...missingLines(period, announced),
  ];
  return `${lines.join("\n")}\n`;
}

/** Metrics that have no value in some windows, because days do not add up to them. */
interface LeftOut {
  readonly windows: readonly string[];
  readonly metrics: readonly string[];
  /** Whether `--exact` requests them. */
  readonly isRequestable: boolean;
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
  const groups = new Map<string, LeftOut & { metrics: string[] }>();
  for (const one of learned.sources) {
    const { grains: all, answersWindows: isRequestable } = one.source.history;
    const grains = all.filter(({ name }) => one.days.tracks(name).length > 0);
    for (const definition of grains.flatMap(({ metrics }) => metrics)) {
      const isUnknown = (window: Window) => !isKnown(one, window, definition);
      const unknown = learned.windows.filter(isUnknown).map(({ name }) => name);
      if (unknown.length === 0 || exclude.includes(definition.name)) continue;
      const key = JSON.stringify([isRequestable, unknown]);
      const group = groups.get(key) ?? { windows: unknown, metrics: [], isRequestable };
      groups.set(key, group);
      group.metrics.push(definition.name);
    }
  }
  return [...groups.values()];
}

function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function leftOutLines(head: string, groups: readonly LeftOut[]): string[] {
  const lines = groups.map(({ windows, metrics }) => `  in ${windows.join(", ")}: ${metrics.join(", ")}`);
  return lines.length === 0 ? [] : [head, ...lines];
}

function allLeftOutLines(groups: readonly LeftOut[]): string[] {
  const head = "Left out, because they cannot be added up from days";
  return [
    ...leftOutLines(
      `${head} (--exact requests them):`,
      groups.filter(({ isRequestable }) => isRequestable),
    ),
    ...leftOutLines(
      `${head}, and the API does not have them otherwise:`,
      groups.filter(({ isRequestable }) => !isRequestable),
    ),
  ];
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
    ...allLeftOutLines(result.leftOut),
    ...notesLines(result.notes),
    ...unmatchedLines(result.unmatched),
    "Not included: approval targets and exporter health, whose past values are unknown.",
    ...nextSteps(result),
    "",
  ].join("\n");
}
