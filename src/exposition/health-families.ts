import { isWorkingTime, workingDays } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import { FAILURE_REASONS } from "../errors.ts";
import type { MetricDefinition, Sample } from "../metrics/definition.ts";
import { freshData } from "./freshness.ts";
import { DROP_REASONS, HEALTH_METRICS } from "./health-metrics.ts";
import type { Published } from "./published.ts";
import { type Unmatched, unmatchedBy } from "../sources/unmatched.ts";

type Values = readonly (readonly [value: number | undefined, labels?: Readonly<Record<string, string>>])[];

/** One entry per metric of {@link HEALTH_METRICS}: values with the labels that come on top of `workspace`. */
const VALUES: Readonly<
  Record<
    keyof typeof HEALTH_METRICS,
    (published: Published, now: Moment, unmatched: ReadonlyMap<string, readonly Unmatched[]>) => Values
  >
> = {
  up: ({ state }) => [[Number(state.lastPoll !== undefined && state.failure === undefined)]],
  stale: ({ state }, now) => [[Number(freshData(state, now) === undefined)]],
  lastPoll: ({ state }) => [[toSeconds(state.lastPoll?.epochMs)]],
  lastSuccess: ({ state }) => [[toSeconds(state.lastSuccess?.epochMs)]],
  nextPoll: ({ state }) => [[toSeconds(state.nextPollMs)]],
  interval: ({ state }) => [[state.intervalSeconds]],
  lastError: ({ state }) => FAILURE_REASONS.map((reason) => [Number(reason === state.failure), { reason }]),
  series: ({ series }) => [[series]],
  seriesLimit: ({ state }) => [[state.seriesLimit]],
  seriesDropped: ({ droppedSeries }) => DROP_REASONS.map((reason) => [droppedSeries, { reason }]),
  notices: ({ state }) => [[state.data?.notices.length]],
  unmatched: ({ state: { workspace } }, _, unmatched) =>
    (unmatched.get(workspace) ?? []).map(({ setting, names }) => [names.length, { setting }]),
  filtered: ({ state: { filtered } }) => Object.entries(filtered).map(([by, is]) => [Number(is), { by }]),
  workingTime: ({ state: { calendar, timezone } }, { epochMs }) =>
    calendar === undefined ? [] : [[Number(isWorkingTime(calendar, epochMs, timezone))]],
  workingDays: ({ state: { calendar, timezone, windows } }, { epochMs }) =>
    calendar === undefined
      ? []
      : windows.map((window) => [workingDays(calendar, window, epochMs, timezone), { window: window.name }]),
  legacyUp: ({ state: { legacy } }) =>
    legacy === undefined ? [] : [[Number(legacy.outcome === "served" || legacy.outcome === "gone")]],
  legacyStale: ({ state: { legacy } }, now) =>
    legacy === undefined ? [] : [[Number(freshData(legacy, now) === undefined)]],
  legacyAvailable: ({ state: { legacy } }) => (legacy?.isAvailable === undefined ? [] : [[Number(legacy.isAvailable)]]),
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
  return Object.keys(HEALTH_METRICS)
    .filter(isHealthMetric)
    .map((key) => ({
      definition: HEALTH_METRICS[key],
      samples: all.flatMap((published) =>
        VALUES[key](published, now, unmatched).flatMap(([value, labels]) =>
          value === undefined ? [] : [{ labels: { workspace: published.state.workspace, ...labels }, value }],
        ),
      ),
    }));
}
