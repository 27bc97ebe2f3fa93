import { type DateRange, FIRST_DAY, type Window, addDays, windowRange } from "../calendar/windows.ts";
import { type DayLine, dateAt, dayLine } from "./days.ts";

/** What is to be known: from which day to which, in which windows. */
export interface Period {
  /** First and last day that is written, both included. */
  readonly from: string;
  readonly to: string;
  readonly windows: readonly Window[];
}

/** What is asked beside the days themselves. */
export interface Scope {
  /** Whether windows are asked for that days do not add up to. */
  readonly exact: boolean;
  /** Whether the legacy endpoint is asked, which alone knows days before 2023-08-01. */
  readonly legacy: boolean;
}

/** One answer that is needed: a window as it stands on a day, the day being its place in the line. */
export interface Question {
  readonly endpoint: "stats" | "legacy";
  readonly window: Window;
  readonly day: number;
  readonly date: string;
}

/** A window of one day. */
export const SINGLE_DAY: Window = { name: "1d", startOn: (today) => today };

/** The days that an answer is about. */
export function rangeOf({ endpoint, window, date }: Question): DateRange {
  // The legacy endpoint is asked for single days only, and knows those that the other does not.
  return endpoint === "legacy" ? { startDate: date, endDate: date } : windowRange(window, date);
}

/** The days that are needed: the windows of the first day reach back before it. */
export function neededDays({ from, to, windows }: Period, { legacy }: Scope): DayLine {
  const starts = windows.map((window) => (legacy ? window.startOn(from) : windowRange(window, from).startDate));
  return dayLine(
    starts.reduce((first, start) => (start < first ? start : first), from),
    to,
  );
}

/** Every question in the order of its day: each needed day alone, and with `exact` each wider window of each written day. */
export function* questionsOf(period: Period, scope: Scope): Generator<Question, void> {
  const line = neededDays(period, scope);
  for (let day = 0; day < line.count; day++) {
    const date = dateAt(line, day);
    const known = date >= FIRST_DAY;
    if (scope.legacy) yield { endpoint: "legacy", window: SINGLE_DAY, day, date };
    if (known) yield { endpoint: "stats", window: SINGLE_DAY, day, date };
    if (!scope.exact || !known || date < period.from) continue;
    for (const window of period.windows) if (isWide(window)) yield { endpoint: "stats", window, day, date };
  }
}

/** Whether a window is ever wider than a day. */
function isWide({ startOn }: Window): boolean {
  // A Wednesday in the middle of a month.
  const probe = "2025-01-15";
  return startOn(probe) < probe;
}

/** Whether an answer given at a time, or to be given, is the last word on a day: it is older than `settleDays` then. */
export function isSettled(date: string, askedDate: string, settleDays: number): boolean {
  return addDays(date, settleDays) < askedDate;
}
