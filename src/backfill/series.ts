import type { AnswerNotes } from "../answers/anomalies.ts";
import { nameFamilies } from "../metrics/info-metrics.ts";
import { shownPeople } from "../metrics/labeler-labels.ts";
import type { HistoryNames } from "../sources/source.ts";
import type { Window } from "../calendar/windows.ts";
import type { PeopleConfig } from "../config/config.ts";
import type { MetricDefinition, Sample } from "../metrics/definition.ts";
import { type DayLine, type HistorySource, isWide } from "./questions.ts";
import {
  type DailyValues,
  type History,
  type Track,
  asAnswered,
  presentWithin,
  summedOver,
  windowStarts,
} from "./history.ts";

/** One series with a value for each day of the line. */
export interface BackfilledSeries {
  readonly labels: Sample["labels"];
  readonly values: DailyValues;
}

/** A family and the way to its series, one at a time. */
export interface BackfilledFamily {
  readonly definition: MetricDefinition;
  readonly series: () => Generator<BackfilledSeries, void>;
}

/** What was learned from one source. */
export interface LearnedSource {
  readonly source: HistorySource;
  /** Answers for single days. */
  readonly days: History;
  /** Answers for a window's own ranges, by the window's name: those that were asked for with `--exact`. */
  readonly exact: ReadonlyMap<string, History>;
  /** Slugs of the projects whose filter brought rows; undefined where kept answers were used, which do not say it. */
  readonly filled: ReadonlySet<string> | undefined;
}

/** Everything that was learned. */
export interface Learned {
  readonly line: DayLine;
  readonly windows: readonly Window[];
  /** The most important first. */
  readonly sources: readonly LearnedSource[];
  /** Names as the latest answer has them. */
  readonly names: HistoryNames;
  /** What was not as it should be in the answers. */
  readonly notes: AnswerNotes;
}

/** The answers for a window itself, if there are any: a single day's are those of the day. */
function answersFor({ days, exact }: LearnedSource, window: Window): History | undefined {
  return isWide(window) ? exact.get(window.name) : days;
}

/** Whether a metric's value in a window can be known. */
export function isKnown(source: LearnedSource, window: Window, { addsUpOverDays }: MetricDefinition): boolean {
  return addsUpOverDays === true || answersFor(source, window) !== undefined;
}

/** For each window, by its name, where it begins on each day of the line. */
function startsIn({ line, windows }: Learned, { source: { history } }: LearnedSource) {
  return new Map(windows.map((window) => [window.name, windowStarts(window, line, history.firstDay)]));
}

/** The families of one source. */
function sourceFamilies(learned: Learned, one: LearnedSource): BackfilledFamily[] {
  const { line, windows, names } = learned;
  const starts = startsIn(learned, one);
  const valuesOf = (window: Window, track: Track, column: readonly number[]) =>
    answersFor(one, window)
      ? asAnswered(track, column, line)
      : summedOver(starts.get(window.name) ?? [], track, column, line);
  return one.source.history.grains.flatMap((grain) =>
    grain.metrics.map((definition, index) => ({
      definition,
      series: function* () {
        for (const window of windows.filter((asked) => isKnown(one, asked, definition))) {
          for (const track of (answersFor(one, window) ?? one.days).tracks(grain.name)) {
            const values = valuesOf(window, track, track.columns[index] ?? []);
            yield { labels: { workspace: names.workspace, ...track.labels, window: window.name }, values };
          }
        }
      },
    })),
  );
}

/** The tracks that speak of a project or a labeler, each with the days on which the widest window begins. */
function presentTracks(learned: Learned): [starts: readonly number[], track: Track][] {
  const { line, sources } = learned;
  return sources.flatMap((one) => {
    const all = [...startsIn(learned, one).values()];
    const widest = Array.from({ length: line.count }, (_, day) => Math.min(...all.map((starts) => starts[day] ?? day)));
    const tracks = one.source.history.grains.flatMap(({ name }) => one.days.tracks(name));
    return tracks
      .filter(({ labels }) => Object.keys(labels).length > 0)
      .map((track): [readonly number[], Track] => [widest, track]);
  });
}

/** On which days an id is in any window: all windows end on the day, so the widest holds the others. */
function presence({ line }: Learned, tracks: ReturnType<typeof presentTracks>): DailyValues {
  const present = new Float64Array(line.count).fill(NaN);
  for (const [starts, track] of tracks)
    for (const [day, value] of presentWithin(starts, track, line).entries()) if (value === 1) present[day] = 1;
  return present;
}

/** Whether a track is about what the labels name; without a project and a labeler they are about everything. */
function isAbout({ labels }: Track, { project, labeler }: Sample["labels"]): boolean {
  return (
    (project === undefined || labels["project"] === project) && (labeler === undefined || labels["labeler"] === labeler)
  );
}

function namedFamilies(learned: Learned, people: PeopleConfig): BackfilledFamily[] {
  const { names, sources } = learned;
  const own = sources.flatMap(({ source: { history } }) => history.nameFamilies?.(names) ?? []);
  const tracks = presentTracks(learned);
  return [...own, ...nameFamilies(names, shownPeople(people))].map(({ definition, samples }) => ({
    definition,
    series: function* () {
      for (const { labels } of samples()) {
        const about = tracks.filter(([, track]) => isAbout(track, labels));
        yield { labels, values: presence(learned, about) };
      }
    },
  }));
}

/** The families that a live scrape would have had, with what they held at the end of each day. */
export function backfilledFamilies(
  learned: Learned,
  people: PeopleConfig,
  exclude: readonly string[],
): BackfilledFamily[] {
  const excluded = new Set(exclude);
  const families = learned.sources.flatMap((one) => sourceFamilies(learned, one));
  return [...families, ...namedFamilies(learned, people)].filter(({ definition }) => !excluded.has(definition.name));
}
