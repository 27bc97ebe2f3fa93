import { type DateRange, type Window, addDays } from "../calendar/windows.ts";
import type { SourceHistory } from "../sources/source.ts";

const DAY_MS = 86_400_000;

/** Calendar days in a row, numbered from the first one on. */
export interface DayLine {
  readonly first: string;
  readonly count: number;
}

/** The days from one to another, both included. */
export function dayLine(first: string, last: string): DayLine {
  return { first, count: Math.max(0, (Date.parse(last) - Date.parse(first)) / DAY_MS + 1) };
}

/** The date of a number; numbers may lie outside the line. */
export function dateAt({ first }: DayLine, index: number): string {
  return addDays(first, index);
}

/** The number of a date. */
export function indexOf({ first }: DayLine, date: string): number {
  return (Date.parse(date) - Date.parse(first)) / DAY_MS;
}

/** The day on which a window that ends on a date begins, no earlier than the first day that there is. */
export function startOf({ startOn }: Window, date: string, firstDay: string): string {
  const start = startOn(date);
  return start < firstDay ? firstDay : start;
}

/** A source that has a past. */
export interface HistorySource {
  readonly name: string;
  readonly history: SourceHistory;
}

/** What is to be known: from which day to which, in which windows. */
export interface Period {
  /** First and last day that is written, both included. */
  readonly from: string;
  readonly to: string;
  readonly windows: readonly Window[];
}

/** Who is asked for it, and how much. */
export interface Scope<S extends HistorySource = HistorySource> {
  /** The most important first. */
  readonly sources: readonly S[];
  /** Whether windows are asked for that days do not add up to. */
  readonly exact: boolean;
}

/** One answer that is needed: a window at the end of a day; `day` is the number of the day in the line. */
export interface Question<S extends HistorySource = HistorySource> {
  readonly source: S;
  readonly window: Window;
  readonly day: number;
  readonly date: string;
}

/** A window of one day. */
export const SINGLE_DAY: Window = { name: "1d", startOn: (today) => today };

/** The days that an answer is about. */
export function rangeOf({ source: { history }, window, date }: Question): DateRange {
  return { startDate: startOf(window, date, history.firstDay), endDate: date };
}

/** The days that are needed: the windows of the first day reach back before it. */
export function neededDays({ from, to, windows }: Period, { sources }: Scope): DayLine {
  const starts = sources.flatMap(({ history }) => windows.map((window) => startOf(window, from, history.firstDay)));
  return dayLine(
    starts.reduce((first, start) => (start < first ? start : first), from),
    to,
  );
}

/** Whether a window is ever wider than a day. */
export function isWide({ startOn }: Window): boolean {
  // A Wednesday in the middle of a month.
  const probe = "2025-01-15";
  return startOn(probe) < probe;
}

/**
 * Every question in the order of its day: each needed day alone, and with `exact` each wider window of each written day.
 * The most important source comes last, so that its names replace those of the others.
 */
export function* questionsOf<S extends HistorySource>(period: Period, scope: Scope<S>): Generator<Question<S>, void> {
  const line = neededDays(period, scope);
  const wide = period.windows.filter(isWide);
  for (let day = 0; day < line.count; day++) {
    const date = dateAt(line, day);
    for (const source of scope.sources.toReversed()) {
      const { firstDay, answersWindows } = source.history;
      if (date < firstDay) continue;
      const isExact = scope.exact && answersWindows && date >= period.from;
      for (const window of [SINGLE_DAY, ...(isExact ? wide : [])]) yield { source, window, day, date };
    }
  }
}

/** Whether an answer about a day will not change: when it was given, or will be, the day was older than `settleDays`. */
export function isSettled(date: string, askedDate: string, settleDays: number): boolean {
  return addDays(date, settleDays) < askedDate;
}
