import type { TimeRange } from "../sources/legacy/fields.ts";
import { startOfDayMs } from "../calendar/zones.ts";
import { addDays, calendarDay, EARLIEST_DAY } from "../calendar/windows.ts";
import { showValue } from "../config/messages.ts";
import { ConfigError } from "../errors.ts";

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
