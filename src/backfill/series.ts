import type { WorkspaceStats } from "../sources/insights/fields.ts";
import type { Window } from "../calendar/windows.ts";
import type { MetricDefinition } from "../metrics/definition.ts";
import { nameFamilies } from "../metrics/name-families.ts";
import { type FamilyOptions, type Labels, workspaceFamily } from "../sources/insights/families.ts";
import type { DayLine } from "./days.ts";
import { GRAINS, type Grain, type History, METRICS, type Track } from "./history.ts";
import { type DailyValues, asAnswered, presentWithin, summedOver, uncutStarts, windowStarts } from "./window-values.ts";

/** One series with a value for each day of the line. */
export interface BackfilledSeries {
  readonly labels: Labels;
  readonly values: DailyValues;
}

/** A family and the way to its series, one at a time. */
export interface BackfilledFamily {
  readonly definition: MetricDefinition;
  readonly series: () => Generator<BackfilledSeries, void>;
}

/** Everything that was learned. */
export interface Learned {
  readonly line: DayLine;
  readonly windows: readonly Window[];
  /** Answers for single days. */
  readonly days: History;
  /** Answers for a window's own ranges, by the window's name: those that were asked for with `--exact`. */
  readonly exact: ReadonlyMap<string, History>;
  /** Names as the latest answer has them. */
  readonly names: Pick<WorkspaceStats, "workspace" | "workspaceId" | "projects" | "labelers">;
}

/** Whether a window is a single day, whose answer is the window's own. */
function isSingleDay({ name }: Window): boolean {
  return name === "today" || name === "1d";
}

/** The answers that were asked for a window itself, if they were. */
function answersFor({ days, exact }: Learned, window: Window, grain: Grain): History | undefined {
  if (isSingleDay(window)) return days;
  return grain === "legacy" ? undefined : exact.get(window.name);
}

/** Whether a metric's value in a window can be known. */
export function isKnown(learned: Learned, window: Window, grain: Grain, { addsUpOverDays }: MetricDefinition): boolean {
  return addsUpOverDays === true || answersFor(learned, window, grain) !== undefined;
}

type StartsOf = (window: Window, line: DayLine) => readonly number[];

function startsByName(windows: readonly Window[], line: DayLine, startsOf: StartsOf) {
  return new Map(windows.map((window) => [window.name, startsOf(window, line)]));
}

function dataFamilies(learned: Learned): BackfilledFamily[] {
  const { line, windows, names } = learned;
  const startsOf = { cut: startsByName(windows, line, windowStarts), uncut: startsByName(windows, line, uncutStarts) };
  return GRAINS.flatMap((grain) => {
    const starts = startsOf[grain === "legacy" ? "uncut" : "cut"];
    return METRICS[grain].map((definition, index) => ({
      definition,
      series: function* () {
        for (const window of windows.filter((one) => isKnown(learned, one, grain, definition))) {
          const own = answersFor(learned, window, grain);
          for (const track of (own ?? learned.days).tracks(grain)) {
            const column = track.columns[index] ?? [];
            const values = own
              ? asAnswered(track, column, line)
              : summedOver(starts.get(window.name) ?? [], track, column, line);
            yield { labels: { workspace: names.workspace, ...track.labels, window: window.name }, values };
          }
        }
      },
    }));
  });
}

/** On which days an id stands in any window: all windows end on the day, so the widest holds the others. */
function presence({ line, windows, days }: Learned, isAbout: (track: Track) => boolean): DailyValues {
  const all = windows.map((window) => uncutStarts(window, line));
  const widest = Array.from({ length: line.count }, (_, day) => Math.min(...all.map((starts) => starts[day] ?? day)));
  const present = new Float64Array(line.count).fill(NaN);
  const tracks = [...days.tracks("row"), ...days.tracks("legacy")];
  for (const track of tracks.filter(isAbout))
    for (const [day, value] of presentWithin(widest, track, line).entries()) if (value === 1) present[day] = 1;
  return present;
}

function namedFamilies(learned: Learned, options: FamilyOptions): BackfilledFamily[] {
  const families = [workspaceFamily(learned.names), ...nameFamilies(learned.names, options.people)];
  return families.map(({ definition, samples }) => ({
    definition,
    series: function* () {
      for (const { labels } of samples()) {
        const { project, labeler } = labels;
        const isAbout = (track: Track) =>
          (project === undefined || track.labels["project"] === project) &&
          (labeler === undefined || track.labels["labeler"] === labeler);
        yield { labels, values: presence(learned, isAbout) };
      }
    },
  }));
}

/** The families that a live scrape would have had, with what they held at the end of each day. */
export function backfilledFamilies(
  learned: Learned,
  options: FamilyOptions,
  exclude: readonly string[],
): BackfilledFamily[] {
  const excluded = new Set(exclude);
  return [...dataFamilies(learned), ...namedFamilies(learned, options)].filter(
    ({ definition }) => !excluded.has(definition.name),
  );
}
