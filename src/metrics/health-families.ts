import { isWorkingTime, workingDays } from "../calendar/work-calendar.ts";
import { FAILURE_REASONS } from "../errors.ts";
import type { MetricDefinition, Sample } from "./definition.ts";
import { freshData } from "./freshness.ts";
import { DROP_REASONS, HEALTH_METRICS } from "./health-metrics.ts";
import type { Published } from "./published.ts";

type Values = readonly (readonly [value: number | undefined, labels?: Readonly<Record<string, string>>])[];

/** One entry per metric of {@link HEALTH_METRICS}: values with the labels that come on top of `workspace`. */
const VALUES: Readonly<Record<keyof typeof HEALTH_METRICS, (published: Published, nowMs: number) => Values>> = {
  up: ({ state }) => [[Number(state.lastPollMs !== undefined && state.failure === undefined)]],
  stale: ({ state }, nowMs) => [[Number(freshData(state, nowMs) === undefined)]],
  lastPoll: ({ state }) => [[toSeconds(state.lastPollMs)]],
  lastSuccess: ({ state }) => [[toSeconds(state.lastSuccessMs)]],
  nextPoll: ({ state }) => [[toSeconds(state.nextPollMs)]],
  interval: ({ state }) => [[state.intervalSeconds]],
  lastError: ({ state }) => FAILURE_REASONS.map((reason) => [Number(reason === state.failure), { reason }]),
  series: ({ series }) => [[series]],
  seriesLimit: ({ state }) => [[state.seriesLimit]],
  seriesDropped: ({ droppedSeries }) => DROP_REASONS.map((reason) => [droppedSeries, { reason }]),
  notices: ({ state }) => [[state.data?.notices.length]],
  filtered: ({ state: { filtered } }) => Object.entries(filtered).map(([by, is]) => [Number(is), { by }]),
  workingTime: ({ state: { calendar, timezone } }, nowMs) =>
    calendar === undefined ? [] : [[Number(isWorkingTime(calendar, nowMs, timezone))]],
  workingDays: ({ state: { calendar, timezone, windows } }, nowMs) =>
    calendar === undefined
      ? []
      : windows.map((window) => [workingDays(calendar, window, nowMs, timezone), { window: window.name }]),
  legacyUp: ({ state: { legacy } }) =>
    legacy === undefined ? [] : [[Number(legacy.outcome === "served" || legacy.outcome === "gone")]],
  legacyStale: ({ state: { legacy } }, nowMs) =>
    legacy === undefined ? [] : [[Number(freshData(legacy, nowMs) === undefined)]],
  legacyAvailable: ({ state: { legacy } }) => (legacy?.isAvailable === undefined ? [] : [[Number(legacy.isAvailable)]]),
};

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function isHealthMetric(key: string): key is keyof typeof HEALTH_METRICS {
  return Object.hasOwn(HEALTH_METRICS, key);
}

/** The health families of all workspaces at the given time, each with its definition. */
export function healthFamilies(
  all: readonly Published[],
  nowMs: number,
): readonly { readonly definition: MetricDefinition; readonly samples: readonly Sample[] }[] {
  return Object.keys(HEALTH_METRICS)
    .filter(isHealthMetric)
    .map((key) => ({
      definition: HEALTH_METRICS[key],
      samples: all.flatMap((published) =>
        VALUES[key](published, nowMs).flatMap(([value, labels]) =>
          value === undefined ? [] : [{ labels: { workspace: published.state.workspace, ...labels }, value }],
        ),
      ),
    }));
}
