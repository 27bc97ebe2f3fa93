import { createTask, parse } from "node-cron";
import { type DayOffsets, offsetsAround, shownAt } from "../calendar/zones.ts";
import type { Schedule } from "../config/config.ts";

const [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS] = [1000, 60_000, 3_600_000, 86_400_000];
const HOURS = 24;
/** How many days are cached; a search looks at two or three. */
const MAX_KEPT_DAYS = 10;
/** Every combination of dates and weekdays recurs within 28 years, or 40 around a century without a leap day. */
const HORIZON_MS = 41 * 366 * DAY_MS;

/** Finds the first run after a time; both are in epoch milliseconds. Undefined when there is none. */
export type NextRun = (afterMs: number) => number | undefined;

type FirstFrom = (from: number) => number | undefined;

/** Finds the first second of a day, at or after the given one, that matches the expression's hours, minutes and seconds. */
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

/** Whether a day, given by its midnight in UTC, matches the expression's dates and weekdays. */
function dayMatcher(expression: string): (day: Date) => boolean {
  const { dayOfMonth, dayOfWeek } = parse(expression);
  if ([...dayOfMonth, ...dayOfWeek].every((value) => typeof value === "number"))
    return (day) => dayOfMonth.includes(day.getUTCDate()) && dayOfWeek.includes(day.getUTCDay());
  // `L`, `15W`, `1#2`: node-cron decides. Its task is never started; unless destroyed it would be kept for ever.
  const task = createTask(`0 0 0 ${fieldsOf(expression).slice(-3).join(" ")}`, () => undefined, {
    timezone: "Etc/UTC",
  });
  void task.destroy();
  return (day) => task.match(day);
}

function fieldsOf(expression: string): string[] {
  return expression.trim().split(/\s+/);
}

/** How the expression gives hours: one by one as in `2` and `2,14`, by `*` with or without a step, or by ranges. */
type HourKind = "named" | "wild" | "range";

function hourKindOf(expression: string): HourKind {
  const text = fieldsOf(expression).at(-4) ?? "";
  if (text.includes("*") || new Set(parse(expression).hour).size === HOURS) return "wild";
  return /^[\d,]+$/.test(text) ? "named" : "range";
}

/** A part of a day in local time, written as if it were UTC, and the zone's offset from UTC during it. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offset: number;
}

/**
 * Splits a day at a change of the clocks. A time that the change skips runs as if the clocks had not changed yet, so the
 * gap to the run before stays the same. A time that comes twice runs twice, so that polls continue, unless its hour is
 * named: then it runs only the first time.
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
 * An additional run that keeps the gaps of `*` even when the clocks go back between two runs: the first run that would be
 * due if they had not changed, unless another run comes sooner.
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

/** Finds the stretches of a day in which the expression runs; none when it does not run on that day. */
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

/** The days of these months (1 to 12), from the given one on, as far as runs are searched. */
function* daysOf(months: ReadonlySet<number>, firstMs: number): Generator<Date, void> {
  for (let dayMs = firstMs; dayMs < firstMs + HORIZON_MS; dayMs += DAY_MS) {
    const day = new Date(dayMs);
    if (months.has(day.getUTCMonth() + 1)) yield day;
    else dayMs = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0);
  }
}

/**
 * Finds the runs of a cron expression in a time zone. node-cron reads the expression and decides about days; times are
 * found here, because node-cron's are uneven when the clocks change, and slow to find.
 * @param expression one that node-cron accepts
 */
export function createCronRuns(expression: string, timezone: string): NextRun {
  const fields = parse(expression);
  const [months, firstTime] = [new Set(fields.month), timesOf(fields)];
  const stretchesOn = createDays(expression, timezone, firstTime);
  return (afterMs) => {
    // From the day before: a time skipped by a change in the evening runs on the next day.
    const firstMs = Math.floor(shownAt(afterMs, timezone) / DAY_MS) * DAY_MS - DAY_MS;
    let foundMs = Infinity;
    for (const day of daysOf(months, firstMs)) {
      const stretches = stretchesOn(day);
      const isFound = foundMs < Infinity;
      foundMs = Math.min(foundMs, ...stretches.map((one) => firstIn(one, day.getTime(), afterMs, firstTime)));
      // After a change of the clocks a run of the next day may come first.
      if (foundMs < Infinity && (isFound || stretches.length === 1)) break;
    }
    return foundMs < Infinity ? foundMs : undefined;
  };
}

/** Long enough to include a weekend, whatever day it starts on. */
const SPAN_MS = 8 * DAY_MS;
/** How many runs are looked at: enough for a few gaps of a rare schedule, or for eight days by the minute. */
const [MIN_RUNS, MAX_RUNS] = [4, 12_000];
/** Enough for the gaps within a minute. */
const FINE_RUNS = 200;

/** The expression without seconds: they make many runs, and nights and weekends do not depend on them. */
function withoutSeconds(expression: string): string {
  return expression.trim().split(/\s+/).slice(-5).join(" ");
}

/** The runs after a time: those of eight days, or `maxRuns` of them. */
function comingRuns(next: NextRun, fromMs: number, maxRuns = MAX_RUNS): number[] {
  const runs: number[] = [];
  for (let run = next(fromMs); run !== undefined; run = next(run)) {
    runs.push(run);
    if (runs.length >= maxRuns || (runs.length >= MIN_RUNS && run - (runs[0] ?? run) >= SPAN_MS)) break;
  }
  return runs;
}

function longestOf(runs: readonly number[]): number {
  return runs.slice(1).reduce((longest, run, index) => Math.max(longest, run - (runs[index] ?? run)), 0);
}

/** Finds the longest gap between two runs in the next eight days, in milliseconds. */
export type LongestGap = (fromMs: number) => number;

/** Makes a {@link LongestGap}: exact to the minute for gaps over a minute. It searches at most once an hour. */
export function createLongestGap(expression: string, timezone: string): LongestGap {
  const [fine, coarse] = [createCronRuns(expression, timezone), createCronRuns(withoutSeconds(expression), timezone)];
  let latest: { readonly hour: number; readonly gapMs: number } | undefined;
  return (fromMs) => {
    const hour = Math.floor(fromMs / HOUR_MS);
    if (latest?.hour === hour) return latest.gapMs;
    const coarseMs = longestOf(comingRuns(coarse, fromMs));
    const gapMs = coarseMs > MINUTE_MS ? coarseMs : longestOf(comingRuns(fine, fromMs, FINE_RUNS));
    latest = { hour, gapMs };
    return gapMs;
  };
}

/** How many times a day a schedule runs; for a cron expression the average over the coming weeks, without seconds. */
export function pollsPerDay(schedule: Schedule, timezone: string, fromMs: number): number {
  if (schedule.kind === "interval") return DAY_MS / 1000 / schedule.seconds;
  const runs = comingRuns(createCronRuns(withoutSeconds(schedule.expression), timezone), fromMs);
  const [first = 0, last = first] = [runs[0], runs.at(-1)];
  const days = 7 * Math.max(1, Math.floor((last - first) / (7 * DAY_MS)));
  return runs.filter((run) => run - first < days * DAY_MS).length / days;
}
