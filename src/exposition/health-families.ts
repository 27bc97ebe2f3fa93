import { isWorkingTime, leaveDays, workingDays } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import { FAILURE_REASONS } from "../failures.ts";
import type { MetricDefinition, Sample } from "../metrics/definition.ts";
import { freshData } from "./freshness.ts";
import { DROP_REASONS, HEALTH_METRICS } from "./health-metrics.ts";
import type { Published } from "./published.ts";
import type { SourceState } from "./workspace-state.ts";
import { type Unmatched, unmatchedBy } from "../sources/unmatched.ts";

type Labels = Readonly<Record<string, string>>;
type Values = readonly (readonly [value: number | undefined, labels?: Labels])[];

/** What the health of one workspace is made of. */
interface Health extends Published {
  readonly now: Moment;
  /** What its configuration names and its polls did not find. */
  readonly unmatched: readonly Unmatched[];
}

/** A value of each source. */
function perSource(valueOf: (state: SourceState, health: Health) => number | undefined) {
  return (health: Health): Values =>
    [...health.state.sources].map(([source, state]) => [valueOf(state, health), { source }]);
}

/** One entry per metric of {@link HEALTH_METRICS}: values with the labels that come on top of `workspace`. */
const VALUES: Readonly<Record<keyof typeof HEALTH_METRICS, (health: Health) => Values>> = {
  up: perSource(({ lastPoll, failure }) => Number(lastPoll !== undefined && failure === undefined)),
  stale: perSource((state, { now }) => Number(freshData(state, now) === undefined)),
  available: perSource(({ isAvailable }) => (isAvailable === undefined ? undefined : Number(isAvailable))),
  lastPoll: perSource(({ lastPoll }) => toSeconds(lastPoll?.epochMs)),
  lastSuccess: perSource(({ lastSuccess }) => toSeconds(lastSuccess?.epochMs)),
  nextPoll: perSource(({ nextPollMs }) => toSeconds(nextPollMs)),
  interval: perSource(({ intervalSeconds }) => intervalSeconds),
  lastError: ({ state }) =>
    [...state.sources].flatMap(([source, { failure }]) =>
      FAILURE_REASONS.map((reason) => [Number(reason === failure), { source, reason }] as const),
    ),
  series: ({ sources }) => [...sources].map(([source, { series }]) => [series, { source }]),
  seriesLimit: ({ state }) => [[state.seriesLimit]],
  seriesDropped: ({ sources }) =>
    [...sources].flatMap(([source, { droppedSeries }]) =>
      DROP_REASONS.map((reason) => [droppedSeries, { source, reason }] as const),
    ),
  notices: perSource(({ data }) => data?.notices?.length),
  unmatched: ({ unmatched }) => unmatched.map(({ setting, names }) => [names.length, { setting }]),
  filtered: ({ state: { filtered } }) => Object.entries(filtered).map(([by, is]) => [Number(is), { by }]),
  workingTime: ({ state: { calendar, timezone }, now }) =>
    calendar === undefined ? [] : [[Number(isWorkingTime(calendar, now.epochMs, timezone))]],
  workingDays: ({ state: { calendar, timezone, windows }, now }) =>
    calendar === undefined
      ? []
      : windows.map((window) => [workingDays(calendar, window, now.epochMs, timezone), { window: window.name }]),
  leaveDays: ({ state: { calendar, timezone, windows }, now }) =>
    calendar === undefined
      ? []
      : windows.flatMap((window) =>
          [...leaveDays(calendar, window, now.epochMs, timezone)].map(
            ([labeler, days]) => [days, { labeler, window: window.name }] as const,
          ),
        ),
};

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function isHealthMetric(key: string): key is keyof typeof HEALTH_METRICS {
  return Object.hasOwn(HEALTH_METRICS, key);
}

/** The health families of all workspaces at the given moment, each with its definition. */
export function healthFamilies(
  all: readonly Published[],
  now: Moment,
): readonly { readonly definition: MetricDefinition; readonly samples: readonly Sample[] }[] {
  const unmatched = unmatchedBy(all.map(({ state }) => state));
  const healths = all.map((published): Health => {
    return { ...published, now, unmatched: unmatched.get(published.state.workspace) ?? [] };
  });
  return Object.keys(HEALTH_METRICS)
    .filter(isHealthMetric)
    .map((key) => ({
      definition: HEALTH_METRICS[key],
      samples: healths.flatMap((health) =>
        VALUES[key](health).flatMap(([value, labels]) =>
          value === undefined ? [] : [{ labels: { workspace: health.state.workspace, ...labels }, value }],
        ),
      ),
    }));
}
