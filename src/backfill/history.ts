import { ConfigError } from "../errors.ts";
import type { Sample } from "../metrics/definition.ts";
import type { Entry } from "../sources/source.ts";

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
