import type { TimeRange } from "../sources/legacy/fields.ts";
import { startOfDayMs } from "../calendar/day-borders.ts";
import { addDays, calendarDay } from "../calendar/windows.ts";
import { showValue } from "../config/messages.ts";
import { ConfigError } from "../errors.ts";
import { bad, good, type Result } from "../result.ts";

/** Asked from unless told otherwise: before Roboflow had users, so nothing is left out. */
export const EARLIEST_DAY = "2016-01-01";

/** Reads a calendar day of this century. */
export function readDay(written: unknown): Result<string> {
  const isDay =
    typeof written === "string" &&
    /^20\d\d-\d\d-\d\d$/.test(written) &&
    !Number.isNaN(Date.parse(written)) &&
    // 2026-02-30 is read as a day of March.
    addDays(written, 0) === written;
  return isDay ? good(written) : bad("is not a calendar day; write it like 2026-11-18");
}

/** Days as the user gives them, both included. */
export interface Days {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * The days as the endpoint is asked for them: from the first millisecond in the time zone to the last. Not given, the first
 * is {@link EARLIEST_DAY} and the last is today.
 * @throws ConfigError when the first comes after the last
 */
export function rangeOfDays({ from = EARLIEST_DAY, to }: Days, timezone: string, nowMs: number): TimeRange {
  const last = to ?? calendarDay(nowMs, timezone);
  if (from > last)
    throw new ConfigError([`--from: ${showValue(from)} is after the last day asked for, ${last}; give an earlier one`]);
  return { startMs: startOfDayMs(from, timezone), endMs: startOfDayMs(addDays(last, 1), timezone) - 1 };
}
