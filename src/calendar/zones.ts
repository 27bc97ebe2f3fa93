import { addDays, calendarDay } from "./windows.ts";

const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
/** No zone was ever further from UTC than this, in either direction. */
const AROUND_MS = 16 * HOUR_MS;

/** A zone's distance from UTC on a calendar day and around it, in milliseconds; positive to the east. */
export interface DayOffsets {
  readonly before: number;
  /** Differs from `before` when the clocks change on the day, or some hours before or after it. */
  readonly after: number;
  /** The first instant with `after`, in epoch milliseconds; meaningless when nothing changes. */
  readonly changeMs: number;
}

/** Making a formatter takes long, and zones are few: those of the configuration. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timezone: string): Intl.DateTimeFormat {
  const known = formatters.get(timezone);
  if (known) return known;
  // The Swedish locale writes instants as YYYY-MM-DD HH:MM:SS.
  const made = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" });
  formatters.set(timezone, made);
  return made;
}

/** What the clocks of a zone show at an instant, as if they kept UTC. Whole seconds, in epoch milliseconds. */
export function shownAt(epochMs: number, timezone: string): number {
  return Date.parse(`${formatterOf(timezone).format(epochMs).replace(" ", "T")}Z`);
}

function offsetAt(epochMs: number, timezone: string): number {
  return shownAt(epochMs, timezone) - Math.floor(epochMs / 1000) * 1000;
}

/**
 * A zone's offsets around a calendar day. Searched for in what the zone's clocks show: there is no list to read.
 * @param dayMs the day's midnight in UTC, in epoch milliseconds
 */
export function offsetsAround(dayMs: number, timezone: string): DayOffsets {
  let [earlierMs, laterMs] = [dayMs - AROUND_MS, dayMs + DAY_MS + AROUND_MS];
  const [before, after] = [offsetAt(earlierMs, timezone), offsetAt(laterMs, timezone)];
  if (before === after) return { before, after, changeMs: NaN };
  while (laterMs - earlierMs > 1000) {
    const middleMs = Math.floor((earlierMs + laterMs) / 2000) * 1000;
    if (offsetAt(middleMs, timezone) === before) earlierMs = middleMs;
    else laterMs = middleMs;
  }
  return { before, after, changeMs: laterMs };
}

/** An instant's range in epoch milliseconds, both ends included. */
interface InstantRange {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The first instant of a calendar day in an IANA time zone, in epoch milliseconds. Searched for, not computed from
 * offsets: a day may have 23 or 25 hours, or no midnight. For a day that a zone left out it is the start of the next one.
 */
export function startOfDayMs(date: string, timezone: string): number {
  const midnightMs = Date.parse(date);
  let [beforeMs, reachedMs] = [midnightMs - AROUND_MS, midnightMs + 2 * AROUND_MS];
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
