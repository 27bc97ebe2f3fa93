import type { MetricDefinition } from "../metrics/definition.ts";

const OF_WORKSPACE = ["workspace"];
const OF_SOURCE = ["workspace", "source"];

function health(name: string, help: string, unit: string, caveat = "", labels = OF_SOURCE): MetricDefinition {
  return { name, type: "gauge", help, labels, unit, source: "exporter", sums: "never", caveat };
}

const SECONDS = "seconds since the Unix epoch";

/**
 * Gauges that change with a poll, and with nothing else: they are rendered together with its data, so that one scrape
 * can never pair the health of one poll with the data of another.
 */
export const HEALTH_METRICS = {
  up: health(
    "roboflow_up",
    "Whether the last poll of the workspace's source succeeded, 0 or 1; that an endpoint is gone is not a failure.",
    "0 or 1",
    "0 before the first poll, also when data from before a restart is shown.",
  ),
  stale: health(
    "roboflow_data_stale",
    "Whether the source's data is withheld, 0 or 1: there was no good poll yet, the last one is too old (poll.stale_after), or the endpoint is gone.",
    "0 or 1",
    "1 before the first good poll, unless --storage.path kept one from before a restart.",
  ),
  available: health(
    "roboflow_source_available",
    "Whether an endpoint that may be gone is there, 0 or 1: 0 when it answered 404 or 410.",
    "0 or 1",
    "Only for the source legacy. Absent until it is known; a failure leaves it as it was.",
  ),
  lastPoll: health(
    "roboflow_exporter_last_poll_timestamp_seconds",
    "When the last poll of the workspace's source ended, good or bad.",
    SECONDS,
    "Absent before the first poll.",
  ),
  lastSuccess: health(
    "roboflow_exporter_last_success_timestamp_seconds",
    "When the last good poll of the workspace's source ended.",
    SECONDS,
    "Absent before the first good poll, unless --storage.path kept one from before a restart.",
  ),
  nextPoll: health(
    "roboflow_exporter_next_poll_timestamp_seconds",
    "When the next poll of the workspace's source is due, jitter left out.",
    SECONDS,
  ),
  interval: health(
    "roboflow_exporter_poll_interval_seconds",
    "Time between two polls of the workspace's source; with a cron schedule the longest gap of the eight days to come.",
    "seconds",
  ),
  lastError: health(
    "roboflow_exporter_last_poll_error",
    "Whether the last poll of the workspace's source failed for this reason, 0 or 1.",
    "0 or 1",
    "Every reason is present. All are 0 before the first poll.",
    ["workspace", "source", "reason"],
  ),
  series: health("roboflow_exporter_series", "Series of data published from the workspace's source.", "series"),
  seriesLimit: health(
    "roboflow_exporter_series_limit",
    "Most series of data that may be published for the workspace, all sources together.",
    "series",
    "",
    OF_WORKSPACE,
  ),
  seriesDropped: health(
    "roboflow_exporter_series_dropped",
    "Series left out of the last good poll of the workspace's source.",
    "series",
    "Whole families go, in the order given in this document.",
    ["workspace", "source", "reason"],
  ),
  notices: health(
    "roboflow_exporter_api_notices",
    "Different notices in the answers of the last good poll (API: meta.notices); their text is in the log.",
    "notices",
    "Absent for endpoints that have no notices, and before the first good poll, unless --storage.path kept one from before a restart.",
  ),
  unmatched: health(
    "roboflow_exporter_config_unmatched",
    "Names in the configuration that matched nothing in any window of the workspace's last good poll, by setting; the log says which.",
    "names",
    "Absent before the first good poll, and for settings that name nothing. people.system holds for every workspace: a name counts when none of them has it, and is absent until all have been polled.",
    ["workspace", "setting"],
  ),
  filtered: health(
    "roboflow_workspace_filtered",
    "Whether the configuration narrows the workspace down to some projects or some labelers, 0 or 1.",
    "0 or 1",
    "Under a filter the work of the others is not seen, so it is not known who is idle.",
    ["workspace", "by"],
  ),
  workingTime: health(
    "roboflow_workspace_working_time",
    "Whether people work in the workspace now by the configured calendar, 0 or 1.",
    "0 or 1",
    "Only for workspaces with a calendar in the configuration.",
    OF_WORKSPACE,
  ),
  workingDays: health(
    "roboflow_workspace_working_days",
    "Working days in the window by the configured calendar, today counted by the part of its hours that is over.",
    "days",
    "Only for workspaces with a calendar. As of the last poll, like the numbers to compare with.",
    ["workspace", "window"],
  ),
  leaveDays: health(
    "roboflow_labeler_leave_days",
    "Working days in the window on which the labeler was on leave by the configured calendar, today counted as in roboflow_workspace_working_days.",
    "days",
    "Only for labelers who are listed in calendar.leave. As of the last poll, like the numbers to compare with.",
    ["workspace", "labeler", "window"],
  ),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** Why series are left out. */
export const DROP_REASONS = ["series_limit"] as const;
