import { Counter, Histogram, type Registry } from "prom-client";
import type { MetricDefinition } from "../metrics/definition.ts";
import { REJECTION_REASONS } from "../answers/anomalies.ts";
import { FAILURE_REASONS } from "../failures.ts";

function counter(name: string, help: string, labels: readonly string[], caveat = ""): MetricDefinition {
  return { name, type: "counter", help, labels, unit: "events", source: "exporter", sums: "all labels", caveat };
}

function histogram(name: string, help: string, labels: readonly string[]): MetricDefinition {
  return { name, type: "histogram", help, labels, unit: "seconds", source: "exporter", sums: "all labels", caveat: "" };
}

const OF_SOURCE = ["workspace", "source"] as const;

/** What the exporter counts about itself. Rendered at every scrape. */
export const SELF_METRICS = {
  polls: counter("roboflow_exporter_polls_total", "Polls that ended, good or bad.", OF_SOURCE),
  pollFailures: counter(
    "roboflow_exporter_poll_failures_total",
    "Polls that failed, by reason.",
    [...OF_SOURCE, "reason"],
    "Every reason exists from the start.",
  ),
  pollsSkipped: counter(
    "roboflow_exporter_polls_skipped_total",
    "Polls that were skipped because the one before was still running.",
    OF_SOURCE,
  ),
  pollDuration: histogram("roboflow_exporter_poll_duration_seconds", "Time a poll took.", OF_SOURCE),
  rowsRejected: counter(
    "roboflow_exporter_rows_rejected_total",
    "Rows of answers left out because an id is missing, too long or not plain text, or because they are not objects, by reason.",
    [...OF_SOURCE, "reason"],
    "Every reason exists from the start. Rows of one project and labeler that come twice are not left out: see reasons duplicate_row and repeated_row of roboflow_exporter_schema_anomalies_total.",
  ),
  anomalies: counter(
    "roboflow_exporter_schema_anomalies_total",
    "Things in answers that the API's documentation does not lead us to expect, by field and reason.",
    [...OF_SOURCE, "field", "reason"],
    "At most 50 fields for each source of a workspace; further ones count as field other.",
  ),
  requests: counter(
    "roboflow_api_requests_total",
    "Requests to the API, repetitions included, by endpoint and HTTP status; code none means that no answer came.",
    ["workspace", "endpoint", "code"],
    "Every code listed in the documentation of the API exists from the start; other ones count as code other.",
  ),
  requestDuration: histogram("roboflow_api_request_duration_seconds", "Time a request to the API took.", ["endpoint"]),
  retries: counter("roboflow_api_retries_total", "Requests to the API that were repeated.", ["workspace", "endpoint"]),
  storageErrors: counter(
    "roboflow_exporter_storage_errors_total",
    "Writes and removals of the workspace's files in the directory of --storage.path that failed.",
    OF_SOURCE,
    "Stays 0 without --storage.path.",
  ),
  logErrors: counter(
    "roboflow_exporter_log_errors_total",
    "Log lines that could not be written to standard error.",
    [],
  ),
  buildInfo: {
    name: "roboflow_exporter_build_info",
    type: "gauge",
    help: "Version of the exporter, always 1.",
    labels: ["version", "revision", "node_version"],
    unit: "1",
    source: "exporter",
    sums: "never",
    caveat: "",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** Statuses that the API documents, with 410 for an endpoint that is gone; what else may come, and no answer at all. */
const CODES = "200 400 401 402 403 404 409 410 422 423 429 500 502 503 504 other none".split(" ");

const POLL_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const REQUEST_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What a status is counted as; undefined is no answer. */
export function codeOf(status: number | undefined): string {
  if (status === undefined) return "none";
  return CODES.includes(String(status)) ? String(status) : "other";
}

/** Makes them in a registry, without any series. */
export function createInstruments(registry: Registry) {
  const registers = [registry];
  const counter = ({ name, help, labels }: { name: string; help: string; labels: readonly string[] }) =>
    new Counter({ name, help, labelNames: [...labels], registers });
  const { pollDuration, requestDuration } = SELF_METRICS;
  return {
    polls: counter(SELF_METRICS.polls),
    pollFailures: counter(SELF_METRICS.pollFailures),
    pollsSkipped: counter(SELF_METRICS.pollsSkipped),
    rowsRejected: counter(SELF_METRICS.rowsRejected),
    anomalies: counter(SELF_METRICS.anomalies),
    requests: counter(SELF_METRICS.requests),
    retries: counter(SELF_METRICS.retries),
    storageErrors: counter(SELF_METRICS.storageErrors),
    pollDuration: new Histogram({
      ...pollDuration,
      labelNames: [...pollDuration.labels],
      buckets: POLL_BUCKETS,
      registers,
    }),
    requestDuration: new Histogram({
      ...requestDuration,
      labelNames: [...requestDuration.labels],
      buckets: REQUEST_BUCKETS,
      registers,
    }),
  };
}

/** The exporter's own counters and histograms. */
export type Instruments = ReturnType<typeof createInstruments>;

/** Every series that may come to be exists from the start: a counter born at 1 shows no increase. */
export function initializeEndpoints(instruments: Instruments, workspace: string, endpoints: readonly string[]): void {
  for (const endpoint of endpoints) {
    instruments.retries.inc({ workspace, endpoint }, 0);
    for (const code of CODES) instruments.requests.inc({ workspace, endpoint, code }, 0);
  }
}

/** The same of one source. */
export function initializeSource(instruments: Instruments, workspace: string, source: string): void {
  const labels = { workspace, source };
  instruments.polls.inc(labels, 0);
  instruments.pollsSkipped.inc(labels, 0);
  instruments.storageErrors.inc(labels, 0);
  instruments.pollDuration.zero(labels);
  for (const reason of FAILURE_REASONS) instruments.pollFailures.inc({ ...labels, reason }, 0);
  for (const reason of REJECTION_REASONS) instruments.rowsRejected.inc({ ...labels, reason }, 0);
}

/** Removes a workspace's series. */
export async function removeSeries(
  { pollDuration, ...others }: Instruments,
  workspace: string,
  sources: readonly string[],
): Promise<void> {
  for (const counter of Object.values(others)) {
    // The other histogram has no workspace.
    if (!(counter instanceof Counter)) continue;
    const { values } = await counter.get();
    for (const { labels } of values) if (labels["workspace"] === workspace) counter.remove(labels);
  }
  for (const source of sources) pollDuration.remove({ workspace, source });
}
