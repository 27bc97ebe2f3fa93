import type { MetricDefinition } from "../metrics/definition.ts";

function counter(name: string, help: string, labels: readonly string[], caveat = ""): MetricDefinition {
  return { name, type: "counter", help, labels, unit: "events", source: "exporter", sums: "all labels", caveat };
}

function histogram(name: string, help: string, labels: readonly string[]): MetricDefinition {
  return { name, type: "histogram", help, labels, unit: "seconds", source: "exporter", sums: "all labels", caveat: "" };
}

const OF_SOURCE = ["workspace", "source"] as const;

/** The exporter's metrics about itself, rendered when they are scraped. */
export const SELF_METRICS = {
  polls: counter("roboflow_exporter_polls_total", "Polls that ended, successful or not.", OF_SOURCE),
  pollFailures: counter(
    "roboflow_exporter_poll_failures_total",
    "Polls that failed, by reason.",
    [...OF_SOURCE, "reason"],
    "Every reason exists from the start.",
  ),
  pollsSkipped: counter(
    "roboflow_exporter_polls_skipped_total",
    "Polls skipped because the one before was still running.",
    OF_SOURCE,
  ),
  pollDuration: histogram("roboflow_exporter_poll_duration_seconds", "Time a poll took.", OF_SOURCE),
  rowsRejected: counter(
    "roboflow_exporter_rows_rejected_total",
    "Rows of answers left out because an id is missing, too long or not plain text, or because the row is not an object, by reason.",
    [...OF_SOURCE, "reason"],
    "Every reason exists from the start. Rows of the same project and labeler are not left out: see the reasons duplicate_row and repeated_row of roboflow_exporter_schema_anomalies_total.",
  ),
  anomalies: counter(
    "roboflow_exporter_schema_anomalies_total",
    "Deviations of API responses from their documentation, by field and reason.",
    [...OF_SOURCE, "field", "reason"],
    "At most 50 fields for each source of a workspace; further ones count as field other.",
  ),
  requests: counter(
    "roboflow_api_requests_total",
    "Requests to the API, retries included, by endpoint and HTTP status; code none means that no response was received.",
    ["workspace", "endpoint", "code"],
    "Every code listed in the API's documentation exists from the start; all others count as code other.",
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
  webConfig: {
    name: "roboflow_exporter_web_config_last_reload_successful",
    type: "gauge",
    help: "Whether the newest content of the file of --web.config.file is in use, 1 or 0; 0 when it has an error and the content before it is kept.",
    labels: [],
    unit: "0 or 1",
    source: "exporter",
    sums: "never",
    caveat: "Stays 1 without --web.config.file.",
  },
  configReload: {
    name: "roboflow_exporter_config_last_reload_successful",
    type: "gauge",
    help: "Whether the last reload of the configuration succeeded, 1 or 0; after a failed one, the configuration before it stays in use.",
    labels: [],
    unit: "0 or 1",
    source: "exporter",
    sums: "never",
    caveat: "1 from the start.",
  },
  configReloadTime: {
    name: "roboflow_exporter_config_last_reload_success_timestamp_seconds",
    type: "gauge",
    help: "When the configuration in use was loaded, at the start or by a reload.",
    labels: [],
    unit: "seconds since the Unix epoch",
    source: "exporter",
    sums: "never",
    caveat: "",
  },
  configInfo: {
    name: "roboflow_exporter_config_info",
    type: "gauge",
    help: "The configuration in use, always 1; sha256 is the hash of all settings of the file and the environment, defaults included, without flags and without the content of keys.",
    labels: ["sha256"],
    unit: "1",
    source: "exporter",
    sums: "never",
    caveat:
      "The same in every process of one version with the same settings, so replicas can be compared, and shards, which hash the workspaces of all shards.",
  },
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
  shardInfo: {
    name: "roboflow_exporter_shard_info",
    type: "gauge",
    help: "Which of the shards this exporter is, counted from 0, and how many there are; always 1.",
    labels: ["shard", "shards"],
    unit: "1",
    source: "exporter",
    sums: "never",
    caveat: "Only with --shard.",
  },
  shards: {
    name: "roboflow_exporter_shards",
    type: "gauge",
    help: "How many shards the workspaces are divided among.",
    labels: [],
    unit: "shards",
    source: "exporter",
    sums: "never",
    caveat: "Only with --shard.",
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
