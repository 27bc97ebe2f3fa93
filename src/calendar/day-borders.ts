import { addDays, calendarDay } from "./windows.ts";

/** No zone was ever further from UTC than this, in either direction. */
const MAX_OFFSET_MS = 16 * 3_600_000;

/** An instant's range in epoch milliseconds, both ends included. */
interface InstantRange {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The first instant of a calendar day in an IANA time zone, in epoch milliseconds. Searched for, not reckoned with
 * offsets: a day may have 23 or 25 hours, or no midnight. For a day that a zone left out it is the start of the next one.
 */
export function startOfDayMs(date: string, timezone: string): number {
  const midnightMs = Date.parse(date);
  let [beforeMs, reachedMs] = [midnightMs - MAX_OFFSET_MS, midnightMs + 2 * MAX_OFFSET_MS];
  while (reachedMs - beforeMs > 1) {
    const middleMs = Math.floor((beforeMs + reachedMs) / 2);
    if (calendarDay(middleMs, timezone) < date) beforeMs = middleMs;
    else reachedMs = middleMs;
  }
  return reachedMs;
}

/** From the first instant of one calendar day to the last millisecond of another, in an IANA time zone. */
export function daysRange(firstDay: string, lastDay: string, timezone: string): InstantRange {
  return { startMs: startOfDayMs(firstDay, timezone), endMs: startOfDayMs(addDays(lastDay, 1), timezone) - 1 };
}

/** A day of each half of the year, so that a zone that keeps UTC in one of them only does not pass for UTC. */
const PROBES = ["2026-01-15", "2026-07-15"];

/** Whether a zone's calendar days are those of UTC all the year round. */
export function keepsUtc(timezone: string): boolean {
  return PROBES.every((day) => startOfDayMs(day, timezone) === Date.parse(day));
}
