/** First day the v2 endpoint knows; earlier dates are clamped to it. Source: Annotation Insights v2 page. */
export const FIRST_DAY = "2023-08-01";

/** Before Roboflow had users: no work is older, at any endpoint. */
export const EARLIEST_DAY = "2016-01-01";

/** A range of calendar days, both ends included, as `YYYY-MM-DD`. */
export interface DateRange {
  readonly startDate: string;
  readonly endDate: string;
}

/** A window by name, as it stands in the `window` label: `today`, `<N>d`, `week`, `month` or `all`. */
export interface Window {
  readonly name: string;
  readonly startOn: (today: string) => string;
}

const DAY_MS = 86_400_000;
const MAX_DAYS = 3660;

/** Calendar arithmetic on plain dates; UTC inside, so daylight saving can neither lose nor repeat a day. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** ISO weekday of a date: 1 is Monday, 7 is Sunday. */
export function isoWeekday(date: string): number {
  return new Date(Date.parse(date)).getUTCDay() || 7;
}

const NAMED: Readonly<Record<string, Window["startOn"]>> = {
  today: (today) => today,
  week: (today) => addDays(today, 1 - isoWeekday(today)),
  month: (today) => `${today.slice(0, 8)}01`,
  all: () => FIRST_DAY,
};

/**
 * Reads a window's name. `<N>d` is N calendar days up to and including today, 1 to 3660.
 * @returns undefined when the text names no window.
 */
export function parseWindow(name: string): Window | undefined {
  const startOn = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (startOn) return { name, startOn };
  const days = /^([1-9]\d{0,3})d$/.exec(name)?.[1];
  if (days === undefined || Number(days) > MAX_DAYS) return undefined;
  return { name, startOn: (today) => addDays(today, 1 - Number(days)) };
}

/** The days a window covers on the given day, never before {@link FIRST_DAY}. */
export function windowRange(window: Window, today: string): DateRange {
  const start = window.startOn(today);
  return { startDate: start < FIRST_DAY ? FIRST_DAY : start, endDate: today };
}

/**
 * Whether nothing of what the window covered on `day` belongs to it any more on `today`: yesterday's `today`, last
 * week's `week`. What overlaps, like the last `7d`, is merely some hours old.
 */
export function isWindowOver(window: Window, day: string, today: string): boolean {
  return window.startOn(today) > day;
}

/** Making a formatter takes long, and zones are few: those of the configuration. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** What was asked for last: all workspaces ask for the same, one after the other. */
let latest: { readonly epochMs: number; readonly timezone: string; readonly day: string } | undefined;

/** The calendar day of an instant in an IANA time zone. */
export function calendarDay(epochMs: number, timezone: string): string {
  if (latest?.epochMs === epochMs && latest.timezone === timezone) return latest.day;
  // The Swedish locale writes dates as YYYY-MM-DD.
  const formatter =
    formatters.get(timezone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short" });
  formatters.set(timezone, formatter);
  latest = { epochMs, timezone, day: formatter.format(epochMs) };
  return latest.day;
}
