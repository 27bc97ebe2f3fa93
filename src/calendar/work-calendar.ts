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
  /** Days on which a person does not work, as `YYYY-MM-DD`, by labeler. */
  readonly leave: ReadonlyMap<string, ReadonlySet<string>>;
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

/** The days of a window that ends now, and the part of today's hours that is over. */
function spanOf({ hours: { from, to } }: WorkCalendar, window: Window, nowMs: number, timezone: string) {
  const { startDate, endDate: today } = windowRange(window, calendarDay(nowMs, timezone));
  const done = Math.min(1, Math.max(0, (minuteOfDay(nowMs, timezone) - from) / (to - from)));
  return { startDate, today, done };
}

/** What a day of the span counts: 1 for a working day, of today the part of its hours that is over. */
function worth(calendar: WorkCalendar, day: string, { today, done }: ReturnType<typeof spanOf>): number {
  if (!isWorkingDay(calendar, day)) return 0;
  return day === today ? done : 1;
}

/** Working days of a window that ends now: whole days before today, and of today the part of its hours that is over. */
export function workingDays(calendar: WorkCalendar, window: Window, nowMs: number, timezone: string): number {
  const span = spanOf(calendar, window, nowMs, timezone);
  let days = 0;
  for (let day = span.startDate; day <= span.today; day = addDays(day, 1)) days += worth(calendar, day, span);
  return days;
}

/** By labeler, which of these days were leave. */
export function leaveDays(
  calendar: WorkCalendar,
  window: Window,
  nowMs: number,
  timezone: string,
): ReadonlyMap<string, number> {
  const span = spanOf(calendar, window, nowMs, timezone);
  const within = (day: string) => span.startDate <= day && day <= span.today;
  const sum = (days: ReadonlySet<string>) =>
    [...days].filter(within).reduce((total, day) => total + worth(calendar, day, span), 0);
  return new Map([...calendar.leave].map(([labeler, days]) => [labeler, sum(days)]));
}
