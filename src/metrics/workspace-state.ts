import { FAILURE_REASONS, type FailureReason } from "../errors.ts";
import type { MetricDefinition, Sample } from "./definition.ts";
import { DROP_REASONS, HEALTH_METRICS } from "./health-metrics.ts";
import type { WorkspaceData } from "./workspace-data.ts";

/** What is known of one workspace after a poll. Immutable: a poll makes a new one. Times are epoch milliseconds. */
export interface WorkspaceState {
  readonly workspace: string;
  readonly lastPollMs: number | undefined;
  /** Why the last poll failed; undefined when it did not, or when there was none. */
  readonly failure: FailureReason | undefined;
  readonly lastSuccessMs: number | undefined;
  readonly nextPollMs: number | undefined;
  readonly intervalSeconds: number;
  readonly staleAfterMs: number;
  readonly seriesLimit: number;
  /** Of the last good poll, kept through failures. */
  readonly data: WorkspaceData | undefined;
}

/** When the workspace's data becomes too old to be published; undefined when there is none. */
export function staleAtMs({ data, lastSuccessMs, staleAfterMs }: WorkspaceState): number | undefined {
  return data === undefined || lastSuccessMs === undefined ? undefined : lastSuccessMs + staleAfterMs;
}

/** The data that may be published at the given time. */
export function freshData(state: WorkspaceState, nowMs: number): WorkspaceData | undefined {
  const staleAt = staleAtMs(state);
  return staleAt !== undefined && nowMs < staleAt ? state.data : undefined;
}

type Values = readonly (readonly [value: number | undefined, labels?: Readonly<Record<string, string>>])[];

/** One entry per metric of {@link HEALTH_METRICS}: values with the labels that come on top of `workspace`. */
const VALUES: Readonly<Record<keyof typeof HEALTH_METRICS, (state: WorkspaceState, nowMs: number) => Values>> = {
  up: ({ lastPollMs, failure }) => [[Number(lastPollMs !== undefined && failure === undefined)]],
  stale: (state, nowMs) => [[Number(freshData(state, nowMs) === undefined)]],
  lastPoll: ({ lastPollMs }) => [[toSeconds(lastPollMs)]],
  lastSuccess: ({ lastSuccessMs }) => [[toSeconds(lastSuccessMs)]],
  nextPoll: ({ nextPollMs }) => [[toSeconds(nextPollMs)]],
  interval: ({ intervalSeconds }) => [[intervalSeconds]],
  lastError: ({ failure }) => FAILURE_REASONS.map((reason) => [Number(reason === failure), { reason }]),
  series: (state, nowMs) => [[freshData(state, nowMs)?.series ?? 0]],
  seriesLimit: ({ seriesLimit }) => [[seriesLimit]],
  seriesDropped: ({ data }) => DROP_REASONS.map((reason) => [data?.droppedSeries ?? 0, { reason }]),
  notices: ({ data }) => [[data?.notices.length]],
};

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function isHealthMetric(key: string): key is keyof typeof HEALTH_METRICS {
  return Object.hasOwn(HEALTH_METRICS, key);
}

/** The health families of all workspaces at the given time, each with its definition. */
export function healthFamilies(
  states: readonly WorkspaceState[],
  nowMs: number,
): readonly { readonly definition: MetricDefinition; readonly samples: readonly Sample[] }[] {
  return Object.keys(HEALTH_METRICS)
    .filter(isHealthMetric)
    .map((key) => ({
      definition: HEALTH_METRICS[key],
      samples: states.flatMap((state) =>
        VALUES[key](state, nowMs).flatMap(([value, labels]) =>
          value === undefined ? [] : [{ labels: { workspace: state.workspace, ...labels }, value }],
        ),
      ),
    }));
}
