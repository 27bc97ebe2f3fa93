import { isWorkingTime, leaveDays, workingDays } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import { FAILURE_REASONS } from "../failures.ts";
import type { MetricDefinition, Sample } from "../metrics/definition.ts";
import { type SourceState, freshData } from "./workspace-state.ts";
import { DROP_REASONS, HEALTH_METRICS } from "./health-metrics.ts";
import type { Published } from "./published.ts";
import type { Unmatched } from "../sources/unmatched.ts";

type Labels = Readonly<Record<string, string>>;
type Values = readonly (readonly [value: number | undefined, labels?: Labels])[];

/** What the health metrics of one workspace are computed from. */
export interface Health extends Published {
  readonly now: Moment;
  /** Names in its configuration that matched nothing. */
  readonly unmatched: readonly Unmatched[];
}

/** One value per source. */
function perSource(valueOf: (state: SourceState, health: Health) => number | undefined) {
  return (health: Health): Values =>
    [...health.state.sources].map(([source, state]) => [valueOf(state, health), { source }]);
}

/** For each metric of {@link HEALTH_METRICS}: its values, with their labels other than `workspace`. */
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

/** The health families of a workspace, each with its definition; without those that have no samples. */
export function healthFamilies(
  health: Health,
): readonly { readonly definition: MetricDefinition; readonly samples: readonly Sample[] }[] {
  const { workspace } = health.state;
  return Object.keys(HEALTH_METRICS)
    .filter(isHealthMetric)
    .map((key) => ({
      definition: HEALTH_METRICS[key],
      samples: VALUES[key](health).flatMap(([value, labels]) =>
        value === undefined ? [] : [{ labels: { workspace, ...labels }, value }],
      ),
    }))
    .filter(({ samples }) => samples.length > 0);
}
