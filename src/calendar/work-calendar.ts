import { addDays, calendarDay, isoWeekday, type Window, windowRange } from "./windows.ts";
import { shownAt } from "./zones.ts";

const DAY_MS = 86_400_000;

/** When a workspace's people work. */
export interface WorkCalendar {
  /** ISO weekdays: 1 is Monday, 7 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Minutes after midnight; work begins at the first and ends before the second. */
  readonly hours: { readonly from: number; readonly to: number };
  /** Days without work, as `YYYY-MM-DD`. */
  readonly holidays: ReadonlySet<string>;
}

/** Minutes after midnight of an instant in an IANA time zone. */
function minuteOfDay(epochMs: number, timezone: string): number {
  return Math.floor((shownAt(epochMs, timezone) % DAY_MS) / 60_000);
}

function isWorkingDay({ weekdays, holidays }: WorkCalendar, day: string): boolean {
  return weekdays.has(isoWeekday(day)) && !holidays.has(day);
}

/** Whether people work at an instant. */
export function isWorkingTime(calendar: WorkCalendar, nowMs: number, timezone: string): boolean {
  const { from, to } = calendar.hours;
  const minute = minuteOfDay(nowMs, timezone);
  return isWorkingDay(calendar, calendarDay(nowMs, timezone)) && from <= minute && minute < to;
}

/** Working days of a window that ends now: whole days before today, and of today the part of its hours that is over. */
export function workingDays(calendar: WorkCalendar, window: Window, nowMs: number, timezone: string): number {
  const { from, to } = calendar.hours;
  const { startDate, endDate: today } = windowRange(window, calendarDay(nowMs, timezone));
  const done = Math.min(1, Math.max(0, (minuteOfDay(nowMs, timezone) - from) / (to - from)));
  let days = isWorkingDay(calendar, today) ? done : 0;
  for (let day = startDate; day < today; day = addDays(day, 1)) if (isWorkingDay(calendar, day)) days++;
  return days;
}
