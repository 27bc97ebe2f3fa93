import { calendarDay } from "./windows.ts";

/** No zone is further from UTC. */
const REACH_MS = 15 * 3_600_000;

/**
 * The first millisecond of a calendar day (`YYYY-MM-DD`) in an IANA time zone, in epoch milliseconds; of the next day there
 * is, where the zone has left this one out. Looked for, not reckoned: daylight saving can take midnight away.
 */
export function startOfDayMs(date: string, timezone: string): number {
  let before = Date.parse(date) - REACH_MS;
  let start = Date.parse(date) + REACH_MS;
  while (start - before > 1) {
    const middle = Math.floor((before + start) / 2);
    if (calendarDay(middle, timezone) < date) before = middle;
    else start = middle;
  }
  return start;
}
