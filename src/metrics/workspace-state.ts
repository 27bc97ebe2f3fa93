import { type Window, calendarDay, isWindowOver } from "../calendar/windows.ts";
import { FAILURE_REASONS, type FailureReason } from "../errors.ts";
import type { MetricDefinition, Sample } from "./definition.ts";
import { DROP_REASONS, HEALTH_METRICS } from "./health-metrics.ts";
import type { WindowLines, WorkspaceData } from "./workspace-data.ts";

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
  /** IANA zone in which the workspace's days are reckoned. */
  readonly timezone: string;
  readonly windows: readonly Window[];
  /** Of the last good poll, kept through failures. */
  readonly data: WorkspaceData | undefined;
}

/** When the workspace's data becomes too old to be published; undefined when there is none. */
export function staleAtMs({ data, lastSuccessMs, staleAfterMs }: WorkspaceState): number | undefined {
  return data === undefined || lastSuccessMs === undefined ? undefined : lastSuccessMs + staleAfterMs;
}

/** The data that may be published at the given time. A poll far in the future means that the clock was set back. */
export function freshData(state: WorkspaceState, nowMs: number): WorkspaceData | undefined {
  if (state.lastSuccessMs === undefined) return undefined;
  return Math.abs(nowMs - state.lastSuccessMs) < state.staleAfterMs ? state.data : undefined;
}

/**
 * The windows of the workspace's data that are over by now, by name. After midnight yesterday's number is not today's,
 * and must not be published as if it were until the next poll.
 */
export function windowsOver({ windows, timezone, data }: WorkspaceState, nowMs: number): ReadonlySet<string> {
  const today = calendarDay(nowMs, timezone);
  const over = data === undefined ? [] : windows.filter((window) => isWindowOver(window, data.day, today));
  return new Set(over.map(({ name }) => name));
}

/** The sample lines of one metric that may be published at the given time. */
export function publishedLines(state: WorkspaceState, name: string, nowMs: number): readonly WindowLines[] {
  const over = windowsOver(state, nowMs);
  const lines = freshData(state, nowMs)?.lines.get(name) ?? [];
  return lines.filter(({ window }) => !over.has(window));
}

/** The number of series that are published at the given time. */
function publishedSeries(state: WorkspaceState, nowMs: number): number {
  const names = [...(freshData(state, nowMs)?.lines.keys() ?? [])];
  return names.flatMap((name) => publishedLines(state, name, nowMs)).reduce((sum, { series }) => sum + series, 0);
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
  series: (state, nowMs) => [[publishedSeries(state, nowMs)]],
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
