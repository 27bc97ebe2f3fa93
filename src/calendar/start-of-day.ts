import { calendarDay } from "./windows.ts";

const HOUR_MS = 3_600_000;

/**
 * The first instant of a calendar day in an IANA time zone, in epoch milliseconds. Where daylight saving leaves midnight
 * out, the day begins later.
 */
export function startOfDayMs(date: string, timezone: string): number {
  // No zone is further from UTC than 14 hours.
  let [before, after] = [Date.parse(date) - 15 * HOUR_MS, Date.parse(date) + 15 * HOUR_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (calendarDay(middle, timezone) < date) before = middle;
    else after = middle;
  }
  return after;
}
