import ICAL from "ical.js";
import { addDays } from "../calendar/windows.ts";
import type { WorkCalendar } from "../calendar/work-calendar.ts";
import { bad, good, type Result } from "../result.ts";
import { type ReadFile, readUtf8File } from "../text-file.ts";
import { WEEKDAYS } from "./config.ts";
import type { Path, Report } from "./messages.ts";
import { DEFAULTS, type Layer } from "./settings.ts";

/** Some decades of any country's holidays, with descriptions, are a fraction of it. */
const MAX_LENGTH = 2 ** 20;
const MAX_DAYS = 10_000;
/** As with days in the configuration itself. */
const CENTURY = { from: "2000-01-01", to: "2099-12-31" };

const EXPORT = "give a file in the iCalendar format (.ics), as calendar programs export it";

const textOf = (event: ICAL.Component, property: string) => String(event.getFirstPropertyValue(property) ?? "");
const nameOf = (event: ICAL.Component) => JSON.stringify(textOf(event, "summary").slice(0, 80) || "(no summary)");

/** A whole day as `YYYY-MM-DD`; undefined for a time of day, or what is not a time. */
function dayOf(value: unknown): string | undefined {
  return value instanceof ICAL.Time && value.isDate ? value.toString() : undefined;
}

/** The whole day that a property holds. A day that does not exist would be taken for a later one, so it is refused. */
function dayIn(event: ICAL.Component, property: string): string | undefined {
  const day = dayOf(event.getFirstPropertyValue(property));
  // A name, parameters, a type, and then the value as it is written.
  const json: unknown = event.getFirstProperty(property)?.toJSON();
  const written: unknown = Array.isArray(json) ? json[3] : undefined;
  if (day !== undefined && day !== written)
    throw new Error(`${property.toUpperCase()} ${String(written)} is not a day`);
  return day;
}

/** How many days a whole-day event lasts: to its end, which is not part of it, or for its duration. */
function lengthOf(event: ICAL.Component, start: string): number {
  const [end, duration] = [dayIn(event, "dtend"), event.getFirstPropertyValue("duration")];
  const seconds = duration instanceof ICAL.Duration ? duration.toSeconds() : 0;
  const ms = end === undefined ? seconds * 1000 : Date.parse(end) - Date.parse(start);
  return Math.max(1, Math.round(ms / 86_400_000));
}

/** The first days of a repeated event, up to the end of the century. */
function startsOf(event: ICAL.Component, start: string): string[] {
  const iterator = new ICAL.Event(event).iterator();
  const starts: string[] = [];
  for (let next = iterator.next(); starts.length < MAX_DAYS; next = iterator.next()) {
    const day = dayOf(next);
    if (day === undefined || day > CENTURY.to) break;
    starts.push(day);
  }
  return starts.length === 0 ? [start] : starts;
}

/** The days of an event; none where it has times of day, or was cancelled. */
function daysOf(event: ICAL.Component): Result<readonly string[]> {
  const start = dayIn(event, "dtstart");
  if (start === undefined || textOf(event, "status").toUpperCase() === "CANCELLED") return good([]);
  const rule = event.getFirstPropertyValue("rrule");
  if (rule instanceof ICAL.Recur && rule.freq !== "YEARLY")
    return bad(
      `repeats the event ${nameOf(event)} with FREQ=${rule.freq}, not YEARLY; remove it, and give days of each week in weekdays`,
    );
  const [first, length] = [event.hasProperty("rrule") ? startsOf(event, start) : [start], lengthOf(event, start)];
  if (first.length * length > MAX_DAYS) return bad(`has more than ${MAX_DAYS} days in ${nameOf(event)}; remove it`);
  return good(first.flatMap((day) => Array.from({ length }, (_, index) => addDays(day, index))));
}

/** The line of a text that the parser names in its message, as it does for what it cannot read. */
function lineOf(text: string, message: string): string {
  const line = text.split(/\r\n|\r|\n/).findIndex((one) => one !== "" && message.includes(one));
  return line < 0 ? "" : `line ${line + 1}: `;
}

/** What the library throws, as a result. */
function attempt<T>(act: () => Result<T>, problem: (message: string) => string): Result<T> {
  try {
    return act();
  } catch (error) {
    return bad(problem((error instanceof Error ? error.message : String(error)).slice(0, 120)));
  }
}

/** A file holds one calendar, or several. */
function eventsIn(text: string): readonly ICAL.Component[] {
  const parsed: unknown[] = [ICAL.parse(text)].flat();
  const calendars = parsed.filter((one) => Array.isArray(one));
  const all = calendars.length > 0 && typeof parsed[0] !== "string" ? calendars : [parsed];
  return all.flatMap((calendar) => new ICAL.Component(calendar).getAllSubcomponents("vevent"));
}

/** The whole days of an iCalendar file, as `YYYY-MM-DD`. */
export function parseHolidays(text: string): Result<ReadonlySet<string>> {
  if (text.length > MAX_LENGTH) return bad("is longer than 1 MiB; give a file with the holidays alone");
  const events = attempt(
    () => good(text.trim() === "" ? [] : eventsIn(text)),
    (message) => `${lineOf(text, message)}cannot be read as iCalendar (${message}); ${EXPORT}`,
  );
  if (!events.ok) return events;
  const days = new Set<string>();
  for (const event of events.value) {
    const own = attempt(
      () => daysOf(event),
      (message) => `cannot be read at the event ${nameOf(event)} (${message}); mend or remove it`,
    );
    if (!own.ok) return own;
    for (const day of own.value) if (CENTURY.from <= day && day <= CENTURY.to) days.add(day);
    if (days.size > MAX_DAYS) return bad(`has more than ${MAX_DAYS} days; give a file with the holidays alone`);
  }
  return days.size === 0 ? bad("has no event of whole days; give a file of holidays") : good(days);
}

/** Reads the whole days of an iCalendar file. */
function readHolidaysFile(path: string, readFile: ReadFile): Result<ReadonlySet<string>> {
  const file = readUtf8File(path, readFile);
  return file.ok ? parseHolidays(file.value) : file;
}

const HOLIDAYS_FILE: Path = ["calendar", "holidays_file"];

interface Reading {
  readonly readFile: ReadFile;
  readonly report: Report;
}

/** The days of the last given file of holidays. */
function holidaysOf(layers: readonly Layer[], { readFile, report }: Reading): ReadonlySet<string> {
  const layer = layers.findLast(({ settings: { calendar } }) => calendar?.holidays_file !== undefined);
  const path = layer?.settings.calendar?.holidays_file;
  if (!layer || path === undefined) return new Set();
  const days = readHolidaysFile(path, readFile);
  if (days.ok) return days.value;
  report(layer.nameOf(HOLIDAYS_FILE), `${layer.shown(HOLIDAYS_FILE)} ${days.problem}`);
  return new Set();
}

/** When people work. Undefined where no calendar is written: nothing is known of the work then. */
export function resolveCalendar(layers: readonly Layer[], reading: Reading): WorkCalendar | undefined {
  if (layers.every(({ settings }) => settings.calendar === undefined)) return undefined;
  const calendar = layers.reduce((merged, { settings }) => ({ ...merged, ...settings.calendar }), DEFAULTS.calendar);
  return {
    weekdays: new Set(calendar.weekdays.map((day) => WEEKDAYS.indexOf(day) + 1)),
    hours: calendar.hours,
    holidays: new Set([...(calendar.holidays ?? []), ...holidaysOf(layers, reading)]),
    leave: new Map(Object.entries(calendar.leave ?? {})),
  };
}
