import type { Window } from "../calendar/windows.ts";
import { type DayLine, dateAt, indexOf, startOf } from "./days.ts";
import type { Track } from "./history.ts";

/** A value for each day of a line; NaN where there is none. */
export type DailyValues = Float64Array;

function none(line: DayLine): DailyValues {
  return new Float64Array(line.count).fill(NaN);
}

/** For each day the number of the first day that the window covers on it; never falls from day to day. */
export function windowStarts(window: Window, line: DayLine, firstDay: string): readonly number[] {
  return Array.from({ length: line.count }, (_, day) => indexOf(line, startOf(window, dateAt(line, day), firstDay)));
}

/** The values of the days on which there was an answer: for windows whose answers were asked for themselves. */
export function asAnswered({ days }: Track, column: readonly number[], line: DayLine): DailyValues {
  const values = none(line);
  for (const [at, day] of days.entries()) values[day] = column[at] ?? NaN;
  return values;
}

/**
 * What a window's value was at the end of each day: the sum over its days. Days without a row add nothing; a day whose
 * row lacks the value makes the sum unknown.
 */
export function summedOver(
  starts: readonly number[],
  { days }: Track,
  column: readonly number[],
  line: DayLine,
): DailyValues {
  const values = none(line);
  let [low, high, sum, unknown] = [0, 0, 0, 0];
  const count = (at: number, sign: 1 | -1) => {
    const value = column[at] ?? NaN;
    if (Number.isNaN(value)) unknown += sign;
    else sum += sign * value;
  };
  for (const [day, start] of starts.entries()) {
    for (; (days[high] ?? Infinity) <= day; high++) count(high, 1);
    for (; low < high && (days[low] ?? Infinity) < start; low++) count(low, -1);
    if (high > low && unknown === 0) values[day] = sum;
  }
  return values;
}

/** 1 on each day on which the window holds a day with a row, else NaN. */
export function presentWithin(starts: readonly number[], track: Track, line: DayLine): DailyValues {
  const ones = track.days.map(() => 1);
  return summedOver(starts, track, ones, line).map((count) => (count > 0 ? 1 : NaN));
}
