import { type FailureGroup, meaningOf, reasonsOf } from "../failures.ts";
import { MAIN_SOURCE } from "../sources/metric-names.ts";
import { COUNT, PERCENT } from "./alert-parts.ts";
import { configAlerts } from "./alerts-config.ts";
import { unreachable } from "./alerts-unreachable.ts";
import type { Parameters } from "./parameters.ts";
import type { AlertRule, RuleFile, Severity } from "./rule-file.ts";
import { HEALTH, OFFICE_HOURS, SELF } from "./series.ts";

const ON = "on (workspace)";
const ON_SOURCE = "on (workspace, source)";
const AGE = `time() - max by (workspace, source) (${HEALTH.lastSuccess})`;
const MAIN = `{source="${MAIN_SOURCE}"}`;
/** How long data may be missing before it is worth waking somebody, and how far back its last good poll is sought. */
const MISSING = { hours: 4, sought: "3d" };

const labels = (severity: Severity) => ({ severity, area: "exporter" }) as const;

/** Whether the last poll failed for a reason of the group; a group of several says which. */
function failedFor(group: FailureGroup): string {
  const reasons = reasonsOf(group);
  const [by, operator] = reasons.length > 1 ? [", reason", "=~"] : ["", "="];
  return `max by (workspace, source${by}) (${HEALTH.lastError}{reason${operator}"${reasons.join("|")}"}) == 1`;
}

const WORKSPACE = "Workspace {{ $labels.workspace }}";

/**
 * What a counter grew by. Not where it rests: other engines than Prometheus take the first sample of a series for an
 * increase from 0, and then a counter that rests looks like an event whenever it is seen for the first time.
 */
function grown(counter: string, range: string): string {
  const selector = `${counter}[${range}]`;
  return `(increase(${selector}) and max_over_time(${selector}) > min_over_time(${selector}))`;
}

const GONE = `max by (workspace, source) (${HEALTH.available}) == 0`;

const stale: AlertRule = {
  comment:
    "One fresh replica is enough. The value is the age of the last good poll, 0 when there has been none. An endpoint that is gone has an alert of its own.",
  alert: "RoboflowDataStale",
  expr: `(
  ${AGE}
  or ${ON_SOURCE}
  0 * min by (workspace, source) (${HEALTH.stale})
)
and ${ON_SOURCE}
(
  ${AGE}
  > ${ON_SOURCE}
  3 * max by (workspace, source) (${HEALTH.interval})
  or ${ON_SOURCE}
  min by (workspace, source) (${HEALTH.stale}) == 1
)
unless ${ON_SOURCE}
${GONE}`,
  for: "5m",
  labels: labels("warning"),
  summary: `${WORKSPACE}: the data of {{ $labels.source }} is {{ if gt $value 0.0 }}{{ $value | humanizeDuration }} old{{ else }}not there yet{{ end }}`,
  description:
    "{{ if gt $value 0.0 }}The last good poll was {{ $value | humanizeDuration }} ago.{{ else }}There has been no good poll since the exporter started.{{ end }}",
};

const missing: AlertRule = {
  comment:
    "The one alert that may wake somebody, and it does not: it waits for office hours. It fires without any exporter, too.",
  alert: "RoboflowDataMissing",
  expr: `time() - max by (workspace) (max_over_time(${HEALTH.lastSuccess}${MAIN}[${MISSING.sought}])) > ${MISSING.hours * 3600}
and on ()
${OFFICE_HOURS} == 1`,
  for: "15m",
  labels: labels("critical"),
  summary: `${WORKSPACE}: no annotation data for {{ $value | humanizeDuration }}`,
  description: `The last good poll was {{ $value | humanizeDuration }} ago, and it is a working day.\nAlerts about people and projects are silent meanwhile.`,
};

const refused: readonly AlertRule[] = [
  {
    alert: "RoboflowApiKeyRejected",
    expr: failedFor("key"),
    for: "5m",
    labels: labels("warning"),
    summary: `${WORKSPACE}: Roboflow rejects the API key`,
    description:
      "The last poll of {{ $labels.source }} failed with reason {{ $labels.reason }}.\nThe key is missing, wrong or revoked, or it may not read this workspace.",
  },
  {
    alert: "RoboflowPlanOrBilling",
    expr: failedFor("plan"),
    for: "15m",
    labels: labels("warning"),
    summary: `${WORKSPACE}: Roboflow's plan or billing does not allow the requests`,
    description: `Roboflow refused the requests: ${meaningOf("plan")}.`,
  },
  {
    alert: "RoboflowWorkspaceNotFound",
    expr: failedFor("name"),
    for: "15m",
    labels: labels("warning"),
    summary: `${WORKSPACE}: Roboflow does not find it, or one of its projects`,
    description:
      "Roboflow answered that the workspace, or a project asked for, does not exist or is not visible to the key.",
  },
  {
    alert: "RoboflowResponseInvalid",
    expr: failedFor("answer"),
    for: "15m",
    labels: labels("warning"),
    summary: `${WORKSPACE}: Roboflow's answers cannot be read`,
    description:
      "The last poll of {{ $labels.source }} failed with reason {{ $labels.reason }}; nothing of such an answer is published.",
  },
];

const limited: AlertRule = {
  alert: "RoboflowApiRateLimited",
  expr: `sum by (workspace) (${grown(`${SELF.requests}{code="429"}`, "1h")})
/ ${ON}
sum by (workspace) (${grown(SELF.requests, "1h")})
> 0.2
and ${ON}
sum by (workspace) (${grown(`${SELF.requests}{code="429"}`, "1h")}) > 2.5`,
  for: "15m",
  keepFiringFor: "30m",
  labels: labels("warning"),
  summary: `${WORKSPACE}: Roboflow limits ${PERCENT} of the requests`,
  description: `${PERCENT} of the requests of the last hour were answered with 429.`,
};

const answers: readonly AlertRule[] = [
  {
    alert: "RoboflowRowsRejected",
    expr: `max by (workspace, source, reason) (${grown(SELF.rowsRejected, "1h")}) > 0`,
    for: "15m",
    keepFiringFor: "1h",
    labels: labels("warning"),
    summary: `${WORKSPACE}: about ${COUNT} rows of the last hour's answers are left out`,
    description:
      "The reason is {{ $labels.reason }}.\nSums over labelers and projects are too low by the work of these rows.",
  },
  {
    alert: "RoboflowSchemaDrift",
    expr: `max by (workspace, source, field, reason) (${grown(SELF.anomalies, "1h")}) > 0`,
    for: "15m",
    keepFiringFor: "1h",
    labels: labels("info"),
    summary: `${WORKSPACE}: field {{ $labels.field }} of the answers is not as documented`,
    description: "What differs: {{ $labels.reason }}.",
  },
];

const limits: readonly AlertRule[] = [
  {
    alert: "RoboflowSeriesDropped",
    expr: `max by (workspace, source, reason) (${HEALTH.seriesDropped}) > 0`,
    for: "15m",
    labels: labels("warning"),
    summary: `${WORKSPACE}: ${COUNT} series are not published`,
    description: "The reason is {{ $labels.reason }}; whole families of metrics are left out.",
  },
  {
    alert: "RoboflowSeriesNearLimit",
    expr: `sum by (workspace) (max by (workspace, source) (${HEALTH.series}))
/ ${ON}
(min by (workspace) (${HEALTH.seriesLimit}) > 0)
> 0.9
unless ${ON}
max by (workspace) (${HEALTH.seriesDropped}) > 0`,
    for: "1h",
    labels: labels("info"),
    summary: `${WORKSPACE}: ${PERCENT} of the allowed series are in use`,
    description: "Beyond limits.series, whole families of metrics are left out.",
  },
  {
    comment: "1.5 means two: increase() extrapolates one skipped poll to a little more than 1.",
    alert: "RoboflowPollOverlap",
    expr: `max by (workspace, source) (${grown(SELF.pollsSkipped, "6h")}) > 1.5`,
    for: "5m",
    keepFiringFor: "1h",
    labels: labels("warning"),
    summary: `${WORKSPACE}: ${COUNT} polls of the last 6 hours were skipped`,
    description: "The poll before was still running: polls take longer than their interval.",
  },
];

const gone: AlertRule = {
  alert: "RoboflowSourceGone",
  expr: GONE,
  for: "1h",
  labels: labels("info"),
  summary: `${WORKSPACE}: the endpoint of {{ $labels.source }} is gone`,
  description: "Roboflow answers that it is not there any more.\nIts metrics are withdrawn.",
};

/** Alerts about the exporter and the API. */
export function exporterAlerts(parameters: Parameters): RuleFile {
  return {
    file: "alerts-exporter.yml",
    comment:
      "Alerts about the exporter and the API. They hold for any name of the scrape job. Only data that is missing on a working " +
      "day is critical; the rest can wait for the morning.",
    groups: [
      {
        name: "roboflow-alerts-exporter",
        rules: [
          ...unreachable(parameters),
          stale,
          missing,
          ...refused,
          limited,
          ...answers,
          ...limits,
          gone,
          ...configAlerts,
        ],
      },
    ],
  };
}
