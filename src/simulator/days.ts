import { addDays, calendarDay, FIRST_DAY, isoWeekday } from "../calendar/windows.ts";

/** Days are counted from 2023-08-01, the first day of `/{workspace}/stats`, in UTC. */
const FIRST_MS = Date.parse(FIRST_DAY);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FIRST_WEEKDAY = isoWeekday(FIRST_DAY);

/** The first day with work, 2023-03-01: `/workspace-stats` knows it all, `/{workspace}/stats` knows it from day 0 on. */
export const FIRST_WORK_DAY = -153;

/** Minutes in a day. */
export const DAY_MINUTES = 1440;

/** The number of the day an instant falls on; negative before 2023-08-01. */
export function dayAt(epochMs: number): number {
  return Math.floor((epochMs - FIRST_MS) / DAY_MS);
}

/** The number of the calendar day of an instant in a time zone. */
export function dayInZone(epochMs: number, timeZone: string): number {
  return dayAt(Date.parse(calendarDay(epochMs, timeZone)));
}

/** The instant so many minutes after the start of day 0, in epoch milliseconds. */
export function epochMsOf(minute: number): number {
  return FIRST_MS + minute * MINUTE_MS;
}

/** Whole minutes from the start of day 0 to an instant. */
export function minuteAt(epochMs: number): number {
  return Math.floor((epochMs - FIRST_MS) / MINUTE_MS);
}

/** Midnight at the start of a day, in Unix seconds. */
export function epochSecondsOf(day: number): number {
  return (FIRST_MS + day * DAY_MS) / 1000;
}

/** True on Saturday and Sunday. */
export function isWeekend(day: number): boolean {
  return weekdayOf(day) > 5;
}

/** ISO weekday of a day: 1 is Monday, 7 is Sunday. */
export function weekdayOf(day: number): number {
  // Days before day 0 are negative, and so would be the remainder.
  return ((((FIRST_WEEKDAY - 1 + day) % 7) + 7) % 7) + 1;
}

/** Reads a date as the API wants it, `YYYY-MM-DD`; undefined for anything else, 2024-02-30 included. */
export function readDay(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) return undefined;
  return addDays(text, 0) === text ? dayAt(Date.parse(text)) : undefined;
}
