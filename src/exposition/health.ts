import { isWorkingTime, leaveDays, workingDays } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import { FAILURE_REASONS } from "../failures.ts";
import type { MetricDefinition, Sample } from "../metrics/definition.ts";
import type { Unmatched } from "../sources/unmatched.ts";
import type { Published } from "./published.ts";
import { type SourceState, freshData } from "./workspace-state.ts";

const OF_WORKSPACE = ["workspace"];
const OF_SOURCE = ["workspace", "source"];

type Details = Partial<Pick<MetricDefinition, "caveat" | "labels">>;

function health(name: string, help: string, unit: string, details: Details = {}): MetricDefinition {
  const common = { type: "gauge", source: "exporter", sums: "never" } as const;
  return { ...common, name, help, unit, caveat: "", labels: OF_SOURCE, ...details };
}

const SECONDS = "seconds since the Unix epoch";

/**
 * Gauges that change only with a poll. They are rendered together with its data, so that a scrape never combines the
 * health of one poll with the data of another.
 */
export const HEALTH_METRICS = {
  up: health(
    "roboflow_up",
    "Whether the last poll of the workspace's source succeeded or found the endpoint removed, 1 or 0.",
    "0 or 1",
    { caveat: "0 before the first poll, also while data from before a restart is shown." },
  ),
  stale: health(
    "roboflow_data_stale",
    "Whether the source's data is withheld, 1 or 0: there was no good poll yet, the last one is older than poll.stale_after, or the endpoint was removed.",
    "0 or 1",
    { caveat: "1 before the first good poll, unless --storage.path kept one from before a restart." },
  ),
  available: health(
    "roboflow_source_available",
    "Whether an endpoint that may be removed still exists, 1 or 0: 0 after it answered 404 or 410.",
    "0 or 1",
    {
      caveat:
        "Only for sources whose endpoint may be removed. Absent until it is known; other failures do not change it.",
    },
  ),
  lastPoll: health(
    "roboflow_exporter_last_poll_timestamp_seconds",
    "When the last poll of the workspace's source ended, successful or not.",
    SECONDS,
    { caveat: "Absent before the first poll." },
  ),
  lastSuccess: health(
    "roboflow_exporter_last_success_timestamp_seconds",
    "When the last good poll of the workspace's source ended.",
    SECONDS,
    { caveat: "Absent before the first good poll, unless --storage.path kept one from before a restart." },
  ),
  nextPoll: health(
    "roboflow_exporter_next_poll_timestamp_seconds",
    "Scheduled time of the next poll of the workspace's source, without jitter.",
    SECONDS,
  ),
  interval: health(
    "roboflow_exporter_poll_interval_seconds",
    "Time between two polls of the workspace's source; with a cron schedule the longest gap of the next eight days.",
    "seconds",
  ),
  lag: health(
    "roboflow_exporter_poll_lag_seconds",
    "How late the last poll of the workspace's source started its first request, with the wait for its turn; jitter is planned and not counted.",
    "seconds",
    {
      caveat:
        "Never negative. Absent before the first poll. Waits are those for api.concurrency and api.requests_per_second.",
    },
  ),
  lastError: health(
    "roboflow_exporter_last_poll_error",
    "Whether the last poll of the workspace's source failed for this reason, 1 or 0.",
    "0 or 1",
    {
      caveat: "Every reason is present. All are 0 before the first poll.",
      labels: ["workspace", "source", "reason"],
    },
  ),
  series: health("roboflow_exporter_series", "Series of data published from the workspace's source.", "series"),
  seriesLimit: health(
    "roboflow_exporter_series_limit",
    "Maximum number of series of data published for the workspace, all sources together.",
    "series",
    { labels: OF_WORKSPACE },
  ),
  seriesDropped: health(
    "roboflow_exporter_series_dropped",
    "Series left out of the last good poll of the workspace's source.",
    "series",
    {
      caveat: "Whole families are dropped, in the order given in this document.",
      labels: ["workspace", "source", "reason"],
    },
  ),
  notices: health(
    "roboflow_exporter_api_notices",
    "Different notices in the answers of the last good poll (API: meta.notices); their text is in the log.",
    "notices",
    {
      caveat:
        "Absent for endpoints that have no notices, and before the first good poll, unless --storage.path kept one from before a restart.",
    },
  ),
  people: health(
    "roboflow_workspace_labelers",
    "Labelers that the answers of the last good poll name, system labelers left out, however many of them have series of their own.",
    "labelers",
    { caveat: "Only with limits.labelers. By source: never add them up, the same people work in both." },
  ),
  unmatched: health(
    "roboflow_exporter_config_unmatched",
    "Names in the configuration that matched nothing in any window of the workspace's last good poll, by setting; the log lists them.",
    "names",
    {
      caveat:
        "Absent before the first good poll, and for settings without names. people.system, people.teams and calendar.leave may name people of any workspace: a name counts if it matches in none that has the setting, and the setting is absent until all have been polled, and in shards.",
      labels: ["workspace", "setting"],
    },
  ),
  filtered: health(
    "roboflow_workspace_filtered",
    "Whether the configuration restricts the workspace to some projects or some labelers, 1 or 0.",
    "0 or 1",
    {
      caveat: "Under a filter the work of others is not visible, so it is unknown who is idle.",
      labels: ["workspace", "by"],
    },
  ),
  workingTime: health(
    "roboflow_workspace_working_time",
    "Whether people work in the workspace now by the configured calendar, 1 or 0.",
    "0 or 1",
    { caveat: "Only for workspaces with a calendar in the configuration.", labels: OF_WORKSPACE },
  ),
  workingDays: health(
    "roboflow_workspace_working_days",
    "Working days in the window by the configured calendar; today counts by the share of its hours that is over.",
    "days",
    {
      caveat: "Only for workspaces with a calendar. As of the last poll, like the numbers to compare with.",
      labels: ["workspace", "window"],
    },
  ),
  leaveDays: health(
    "roboflow_labeler_leave_days",
    "Working days in the window on which the labeler was on leave by the configured calendar, today counted as in roboflow_workspace_working_days.",
    "days",
    {
      caveat:
        "Only for labelers who are listed in calendar.leave. As of the last poll, like the numbers to compare with.",
      labels: ["workspace", "labeler", "window"],
    },
  ),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** Why series are left out. */
export const DROP_REASONS = ["series_limit"] as const;

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
  lag: perSource(({ lagMs }) => toSeconds(lagMs)),
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
  people: perSource(({ data }) => data?.peopleCount),
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
