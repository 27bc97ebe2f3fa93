import { createTask, parse } from "node-cron";
import { type DayOffsets, offsetsAround, shownAt } from "../calendar/zones.ts";

const [SECOND_MS, DAY_MS, HOURS] = [1000, 86_400_000, 24];
/** Days that are kept; runs are looked for on two or three at a time. */
const MAX_KEPT_DAYS = 10;
/** Every combination of a month's days and weekdays comes round in 28 years; a century may lack one leap day. */
const HORIZON_MS = 41 * 366 * DAY_MS;

/** Finds the first run after an instant; both are in epoch milliseconds. Undefined when there is none. */
export type NextRun = (afterMs: number) => number | undefined;

type FirstFrom = (from: number) => number | undefined;

/** The first second of a day, from the given one on, at which the fields of the time match. */
function timesOf({ hour, minute, second }: ReturnType<typeof parse>): FirstFrom {
  const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  const [hours, minutes, seconds] = [ascending(hour), ascending(minute), ascending(second)];
  return (from) => {
    for (const hourStart of hours.map((value) => value * 3600)) {
      if (hourStart + 3599 < from) continue;
      for (const minuteStart of minutes.map((value) => hourStart + value * 60)) {
        if (minuteStart + 59 < from) continue;
        const found = seconds.find((value) => minuteStart + value >= from);
        if (found !== undefined) return minuteStart + found;
      }
    }
    return undefined;
  };
}

/** Whether the fields of the date match a day, which is given by its midnight in UTC. */
function dayMatcher(expression: string): (day: Date) => boolean {
  const { dayOfMonth, dayOfWeek } = parse(expression);
  if ([...dayOfMonth, ...dayOfWeek].every((value) => typeof value === "number"))
    return (day) => dayOfMonth.includes(day.getUTCDate()) && dayOfWeek.includes(day.getUTCDay());
  // `L`, `15W`, `1#2`: node-cron knows. It is asked, never started, and would else be kept for ever.
  const task = createTask(`0 0 0 ${fieldsOf(expression).slice(-3).join(" ")}`, () => undefined, {
    timezone: "Etc/UTC",
  });
  void task.destroy();
  return (day) => task.match(day);
}

function fieldsOf(expression: string): string[] {
  return expression.trim().split(/\s+/);
}

/** How hours are given: one by one as in `2` and `2,14`, by `*` with or without a step, or by ranges. */
type HourKind = "named" | "wild" | "range";

function hourKindOf(expression: string): HourKind {
  const text = fieldsOf(expression).at(-4) ?? "";
  if (text.includes("*") || new Set(parse(expression).hour).size === HOURS) return "wild";
  return /^[\d,]+$/.test(text) ? "named" : "range";
}

/** A part of a day by a zone's clocks, as if they kept UTC, and their distance from it then. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offset: number;
}

/**
 * How a day's times are to be read. A time that the clocks leave out is read as if they had not changed yet: it runs
 * next to the hour that is missing, as late after the run before as ever. A time that comes twice runs twice, so that
 * polls go on meanwhile, unless its hour is named: then the first one counts.
 */
function stretchesOf(dayMs: number, { before, after, changeMs }: DayOffsets, hours: HourKind): Stretch[] {
  const endMs = dayMs + DAY_MS;
  if (before === after) return [{ fromMs: dayMs, toMs: endMs, offset: before }];
  const settledMs = changeMs + Math.max(before, after);
  const againMs = hours === "named" ? settledMs : changeMs + after;
  return [
    { fromMs: dayMs, toMs: Math.min(endMs, settledMs), offset: before },
    { fromMs: Math.max(dayMs, againMs), toMs: endMs, offset: after },
  ];
}

/**
 * The run that keeps `*` even where the clocks go back between two runs: the first one that is due as if they had not
 * changed, when none comes sooner.
 */
function extraRun(dayMs: number, { before, after, changeMs }: DayOffsets, firstTime: FirstFrom): Stretch[] {
  const shownMs = changeMs + before;
  if (!(after < before && shownMs >= dayMs && shownMs < dayMs + DAY_MS)) return [];
  const [unchanged, changed] = [before, after].map(
    (offset) => (firstTime((changeMs + offset - dayMs) / SECOND_MS) ?? Infinity) * SECOND_MS - offset,
  );
  if (unchanged === undefined || changed === undefined || unchanged >= changed) return [];
  const fromMs = dayMs + unchanged + before;
  return [{ fromMs, toMs: fromMs + SECOND_MS, offset: before }];
}

function firstIn({ fromMs, toMs, offset }: Stretch, dayMs: number, afterMs: number, firstTime: FirstFrom) {
  const nextMs = Math.floor((afterMs + offset) / SECOND_MS) * SECOND_MS + SECOND_MS;
  const time = firstTime((Math.max(fromMs, nextMs) - dayMs) / SECOND_MS);
  const shownMs = time === undefined ? Infinity : dayMs + time * SECOND_MS;
  return shownMs < toMs ? shownMs - offset : Infinity;
}

/** The days of an expression: the stretches of each on which it runs, none where it does not. */
function createDays(expression: string, timezone: string, firstTime: FirstFrom): (day: Date) => readonly Stretch[] {
  const [isMatch, hours] = [dayMatcher(expression), hourKindOf(expression)];
  const kept = new Map<number, readonly Stretch[]>();
  const stretchesOn = (dayMs: number) => {
    const offsets = offsetsAround(dayMs, timezone);
    return [...stretchesOf(dayMs, offsets, hours), ...(hours === "wild" ? extraRun(dayMs, offsets, firstTime) : [])];
  };
  return (day) => {
    const dayMs = day.getTime();
    const known = kept.get(dayMs);
    if (known) return known;
    if (!isMatch(day)) return [];
    const stretches = stretchesOn(dayMs);
    if (kept.size >= MAX_KEPT_DAYS) kept.clear();
    kept.set(dayMs, stretches);
    return stretches;
  };
}

/**
 * Makes what finds the runs of a cron expression in a time zone. node-cron reads the expression and knows its days; the
 * times are found here, since its own are neither even over a change of the clocks nor quick to find.
 * @param expression one that node-cron accepts
 */
export function createCronRuns(expression: string, timezone: string): NextRun {
  const fields = parse(expression);
  const [months, firstTime] = [new Set(fields.month), timesOf(fields)];
  const stretchesOn = createDays(expression, timezone, firstTime);
  return (afterMs) => {
    // From the day before: what a change leaves out of its evening runs on the next day.
    const firstMs = Math.floor(shownAt(afterMs, timezone) / DAY_MS) * DAY_MS - DAY_MS;
    let foundMs = Infinity;
    for (let dayMs = firstMs; dayMs < firstMs + HORIZON_MS; dayMs += DAY_MS) {
      const day = new Date(dayMs);
      if (!months.has(day.getUTCMonth() + 1)) {
        dayMs = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0);
        continue;
      }
      const stretches = stretchesOn(day);
      const isFound = foundMs < Infinity;
      foundMs = Math.min(foundMs, ...stretches.map((stretch) => firstIn(stretch, dayMs, afterMs, firstTime)));
      // After a change a run of the next day may come first.
      if (foundMs < Infinity && (isFound || stretches.length === 1)) return foundMs;
    }
    return foundMs < Infinity ? foundMs : undefined;
  };
}
