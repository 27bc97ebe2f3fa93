import type { LegacyTickValues } from "../sources/legacy/fields.ts";
import type { WindowStats } from "../sources/insights/fields.ts";
import type { PeopleConfig } from "../config/config.ts";
import { ConfigError } from "../errors.ts";
import type { DroppableDefinition } from "../metrics/definition.ts";
import { type Labels, POOLS, idLabels, rowValue, totalValue } from "../sources/insights/families.ts";
import { labelerLabel } from "../metrics/labeler-labels.ts";
import { LEGACY_TICK_METRICS } from "../sources/legacy/metrics.ts";
import { legacyValue } from "../sources/legacy/families.ts";
import { ROW_METRICS } from "../sources/insights/row-metrics.ts";
import { TOTAL_METRICS } from "../sources/insights/total-metrics.ts";

const TOTAL_GRAINS = ["workspace", "project", "labeler"] as const;
export const GRAINS = ["row", ...TOTAL_GRAINS, "legacy"] as const;
export type Grain = (typeof GRAINS)[number];

/** The metrics of each grain, in the order of {@link Track.columns}. */
export const METRICS: Readonly<Record<Grain, readonly DroppableDefinition[]>> = {
  row: ROW_METRICS.map(([, definition]) => definition),
  workspace: TOTAL_METRICS.workspace.map(([, definition]) => definition),
  project: TOTAL_METRICS.project.map(([, definition]) => definition),
  labeler: TOTAL_METRICS.labeler.map(([, definition]) => definition),
  legacy: LEGACY_TICK_METRICS.map(([, definition]) => definition),
};

/** What the answers said of one pair of project and labeler, or of one total, day after day. */
export interface Track {
  /** Its labels, without `workspace` and `window`. */
  readonly labels: Labels;
  /** Indexes of the days on which it stood in the answer, ascending. */
  readonly days: number[];
  /** For each metric of its grain the values of those days; NaN where the answer gave none. */
  readonly columns: readonly number[][];
}

/** Many days' answers, by what they speak of, as numbers. */
export interface History {
  /** Takes a day's answer in; days come in ascending order. Throws ConfigError when memory would not hold it all. */
  readonly add: (day: number, stats: WindowStats) => void;
  /** The same for what the legacy endpoint says of labelers, by their ids. */
  readonly addLegacy: (day: number, ticks: ReadonlyMap<string, LegacyTickValues>) => void;
  /** The tracks of a grain, always in the same order. */
  readonly tracks: (grain: Grain) => readonly Track[];
}

/** Thirteen numbers each: about 300 MB. */
const MAX_ENTRIES = 3_000_000;

/** What one answer says of one thing. */
interface Entry {
  readonly grain: Grain;
  readonly key: string;
  readonly labels: () => Labels;
  readonly values: readonly (number | undefined)[];
}

/** Every (window, project, labeler) of an answer with its labels and what is published of it. */
function* entriesOf(stats: WindowStats, people: PeopleConfig): Generator<Entry, void> {
  for (const row of stats.rows) {
    const labels = () => ({ project: row.project, labeler: labelerLabel(row.labeler, people) });
    const values = ROW_METRICS.map(([field]) => rowValue(row, field));
    yield { grain: "row", key: JSON.stringify([row.project, row.labeler]), labels, values };
  }
  for (const grain of TOTAL_GRAINS) {
    for (const [key, totals, rows] of POOLS[grain](stats)) {
      const values = TOTAL_METRICS[grain].map(([field]) => totalValue(totals, field, rows));
      yield { grain, key, labels: () => ({ ...idLabels(grain, key, { people }) }), values };
    }
  }
}

function emptyTrack(grain: Grain, labels: Labels): Track {
  return { labels, days: [], columns: METRICS[grain].map((): number[] => []) };
}

function tooMuch(): ConfigError {
  return new ConfigError([
    `--from: the answers have more than ${MAX_ENTRIES} rows, too many for memory; choose a later day, or fewer projects or labelers in the configuration`,
  ]);
}

/** A history without days. */
export function createHistory(people: PeopleConfig, maxEntries = MAX_ENTRIES): History {
  const tracks: Readonly<Record<Grain, Map<string, Track>>> = {
    row: new Map<string, Track>(),
    workspace: new Map<string, Track>(),
    project: new Map<string, Track>(),
    labeler: new Map<string, Track>(),
    legacy: new Map<string, Track>(),
  };
  let entries = 0;
  const addEntry = (day: number, { grain, key, labels, values }: Entry) => {
    if (++entries > maxEntries) throw tooMuch();
    const track = tracks[grain].get(key) ?? emptyTrack(grain, labels());
    tracks[grain].set(key, track);
    track.days.push(day);
    for (const [index, column] of track.columns.entries()) column.push(values[index] ?? NaN);
  };
  return {
    add: (day, stats) => {
      for (const entry of entriesOf(stats, people)) addEntry(day, entry);
    },
    addLegacy: (day, ticks) => {
      for (const [id, tick] of ticks) {
        const labels = () => ({ labeler: labelerLabel(id, people) });
        const values = LEGACY_TICK_METRICS.map(([field]) => legacyValue(field, tick));
        addEntry(day, { grain: "legacy", key: id, labels, values });
      }
    },
    tracks: (grain) => [...tracks[grain]].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, track]) => track),
  };
}
