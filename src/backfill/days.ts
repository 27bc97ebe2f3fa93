import { startOfDayMs } from "../calendar/zones.ts";
import { type Window, addDays } from "../calendar/windows.ts";

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

/** When and how often a day's value is written. */
export interface Sampling {
  readonly timezone: string;
  /** Seconds from sample to sample, at most a day. */
  readonly stepSeconds: number;
  /** Epoch seconds; nothing is written at or after it. */
  readonly before: number;
}

/**
 * The times, in epoch seconds, at which a day's value is written: every step after the day's beginning, and once in its
 * last second. Not at midnight itself: there a query still looks for the day before.
 */
export function sampleTimes(date: string, next: string, { timezone, stepSeconds, before }: Sampling): number[] {
  const [start, end] = [startOfDayMs(date, timezone) / 1000, startOfDayMs(next, timezone) / 1000 - 1];
  const times: number[] = [];
  for (let time = start + stepSeconds; time < end; time += stepSeconds) times.push(time);
  return [...times, end].filter((time) => time < before);
}

/** {@link sampleTimes} of each day of the line from a date on; none before it, where days only fill windows. */
export function lineTimes(line: DayLine, from: string, sampling: Sampling): readonly (readonly number[])[] {
  return Array.from({ length: line.count }, (_, day) => {
    const date = dateAt(line, day);
    return date < from ? [] : sampleTimes(date, dateAt(line, day + 1), sampling);
  });
}
