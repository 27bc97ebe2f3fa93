import type { Window } from "../calendar/windows.ts";
import { ConfigError } from "../errors.ts";
import type { Sample } from "../metrics/definition.ts";
import type { Entry } from "../sources/source.ts";
import { type DayLine, dateAt, indexOf, startOf } from "./questions.ts";

/** What the answers said of one thing (a pair of project and labeler, or what a total is of), day after day. */
export interface Track {
  /** Its labels, without `workspace` and `window`. */
  readonly labels: Sample["labels"];
  /** Numbers of the days on which it was in the answer, ascending. */
  readonly days: number[];
  /** For each metric of its grain the values of those days; NaN where the answer gave none. */
  readonly columns: readonly number[][];
}

/** Many days' answers of one source as numbers, by what they speak of. */
export interface History {
  /** Takes a day's answer in; days come in ascending order. Throws ConfigError when memory would not hold it all. */
  readonly add: (day: number, entries: Iterable<Entry>) => void;
  /** The tracks of a grain, always in the same order. */
  readonly tracks: (grain: string) => readonly Track[];
}

/** Thirteen numbers each: about 300 MB. */
const MAX_ENTRIES = 3_000_000;

function tooMuch(maxEntries: number): ConfigError {
  return new ConfigError([
    `--from: the responses have more than ${maxEntries} rows, too many for memory; choose a later day, or fewer projects or labelers in the configuration`,
  ]);
}

function emptyTrack({ labels, values }: Entry): Track {
  return { labels: labels(), days: [], columns: values.map((): number[] => []) };
}

/** A history without days. */
export function createHistory(maxEntries = MAX_ENTRIES): History {
  const grains = new Map<string, Map<string, Track>>();
  let count = 0;
  const addEntry = (day: number, entry: Entry) => {
    if (++count > maxEntries) throw tooMuch(maxEntries);
    const tracks = grains.get(entry.grain) ?? new Map<string, Track>();
    grains.set(entry.grain, tracks);
    const track = tracks.get(entry.key) ?? emptyTrack(entry);
    tracks.set(entry.key, track);
    track.days.push(day);
    for (const [index, column] of track.columns.entries()) column.push(entry.values[index] ?? NaN);
  };
  return {
    add: (day, entries) => {
      for (const entry of entries) addEntry(day, entry);
    },
    tracks: (grain) =>
      [...(grains.get(grain) ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, track]) => track),
  };
}

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
