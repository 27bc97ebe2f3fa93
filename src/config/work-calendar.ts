import type { WorkCalendar } from "../calendar/work-calendar.ts";
import { WEEKDAYS } from "./config.ts";
import type { Path, Report } from "./messages.ts";
import { readHolidaysFile } from "./holidays-file.ts";
import type { ReadFile } from "../text-file.ts";
import { DEFAULTS, type Layer } from "./settings.ts";

const FILE: Path = ["calendar", "holidays_file"];

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
  report(layer.nameOf(FILE), `${layer.shown(FILE)} ${days.problem}`);
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
