import { type Window, addDays, windowRange } from "../calendar/windows.ts";
import { type DayLine, dateAt, dayLine } from "./days.ts";

/** What is to be known: from which day to which, in which windows. */
export interface Period {
  /** First and last day that is written, both included. */
  readonly from: string;
  readonly to: string;
  readonly windows: readonly Window[];
}

/** One answer that is needed: a window as it stands on a day, the day being its place in the line. */
export interface Question {
  readonly window: Window;
  readonly day: number;
  readonly date: string;
}

/** A window of one day. */
export const SINGLE_DAY: Window = { name: "1d", startOn: (today) => today };

/** The days that are needed: the windows of the first day reach back before it. */
export function neededDays({ from, to, windows }: Period): DayLine {
  const starts = windows.map((window) => windowRange(window, from).startDate);
  return dayLine(
    starts.reduce((first, start) => (start < first ? start : first), from),
    to,
  );
}

/** Every question in the order of its day: each needed day alone, and with `exact` each wider window of each written day. */
export function* questionsOf(period: Period, exact: boolean): Generator<Question, void> {
  const line = neededDays(period);
  for (let day = 0; day < line.count; day++) {
    const date = dateAt(line, day);
    yield { window: SINGLE_DAY, day, date };
    if (!exact || date < period.from) continue;
    for (const window of period.windows) if (isWide(window)) yield { window, day, date };
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
