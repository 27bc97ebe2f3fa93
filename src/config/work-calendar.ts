import type { WorkCalendar } from "../calendar/work-calendar.ts";
import { bad, good, type Reading } from "./reading.ts";
import { key, list, mapping, oneOf, reading } from "./schema-parts.ts";

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
const DEFAULT_WEEKDAYS = WEEKDAYS.slice(0, 5);
const DEFAULT_HOURS = { from: 9 * 60, to: 18 * 60 };
/** Some decades of holidays. */
const MAX_HOLIDAYS = 1000;

/** Reads `09:00-18:00` as minutes after midnight; the end may be 24:00. */
function readHours(written: unknown): Reading<WorkCalendar["hours"]> {
  const parts = typeof written === "string" ? /^(\d\d):([0-5]\d)-(\d\d):([0-5]\d)$/.exec(written) : null;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = (parts ?? []).slice(1).map(Number);
  const hours = { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
  if (parts === null || hours.to > 24 * 60) return bad('is not a span of hours; write it as "09:00-18:00"');
  return hours.from < hours.to ? good(hours) : bad("does not end after it begins; a night's work is not supported");
}

/** Reads a calendar day that exists, as `YYYY-MM-DD`. */
function readDay(written: unknown): Reading<string> {
  const isDate = typeof written === "string" && /^\d{4}-\d\d-\d\d$/.test(written);
  const ms = isDate ? Date.parse(written) : NaN;
  if (isDate && !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(written)) return good(written);
  return bad("is not a day of the calendar; write it as 2026-12-25");
}

/** The `calendar` of the file, at the top level or in a workspace. */
export function calendarSchema() {
  return mapping({
    weekdays: key(list(oneOf(WEEKDAYS), { max: 7, nameOf: (day) => day }), {
      type: "list of weekdays",
      default: DEFAULT_WEEKDAYS.join(", "),
      meaning: "Days of the week on which people work",
    }),
    hours: key(reading(readHours), {
      type: "span of hours",
      default: "09:00-18:00",
      meaning: "Hours of work, in the zone `poll.timezone`",
    }),
    holidays: key(list(reading(readDay), { max: MAX_HOLIDAYS, nameOf: (day) => day }), {
      type: "list of days",
      default: "none",
      meaning: "Days without work, such as `2026-12-25`",
    }),
  });
}

type Written = NonNullable<ReturnType<typeof calendarSchema>["_output"]>;

/** The calendar with every default filled in; undefined where none is written, for nobody knows it then. */
export function resolveCalendar(layers: readonly (Written | undefined)[]): WorkCalendar | undefined {
  const written = layers.filter((layer) => layer !== undefined);
  if (written.length === 0) return undefined;
  const { weekdays, hours, holidays } = written.reduce<Written>((merged, layer) => ({ ...merged, ...layer }), {});
  return {
    weekdays: new Set((weekdays ?? DEFAULT_WEEKDAYS).map((day) => WEEKDAYS.indexOf(day) + 1)),
    hours: hours ?? DEFAULT_HOURS,
    holidays: new Set(holidays),
  };
}
