import type { MetricDefinition } from "../metrics/definition.ts";

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
  demo: {
    name: "roboflow_exporter_demo",
    type: "gauge",
    help: "The data is simulated, always 1.",
    labels: [],
    unit: "0 or 1",
    source: "exporter",
    sums: "never",
    caveat: "Only from the command demo; absent where the data is real.",
  },
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
