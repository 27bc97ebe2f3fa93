import type { RuleFile } from "./model.ts";

export const exporterAlerts: RuleFile = {
  file: "alerts-exporter.yml",
  comment:
    "Alerts about the exporter and the API. RoboflowExporterDown asks for the job name roboflow, as in prometheus.yml.",
  groups: [
    {
      name: "roboflow-alerts-exporter",
      rules: [
        {
          alert: "RoboflowExporterDown",
          expr: `up{job="roboflow"} == 0`,
          for: "5m",
          labels: { severity: "critical", area: "exporter" },
          summary: `Prometheus cannot scrape a Roboflow exporter.`,
          description: `Prometheus has not been able to scrape {{ $labels.instance }} for 5 minutes.`,
        },
        {
          alert: "RoboflowExporterAbsent",
          expr: `absent(roboflow_exporter_build_info)`,
          for: "10m",
          labels: { severity: "critical", area: "exporter" },
          summary: `Prometheus knows no running Roboflow exporter.`,
          description: `Prometheus has not received roboflow_exporter_build_info from any target for 10 minutes.`,
        },
        {
          alert: "RoboflowDataStale",
          expr: `(
  time() - max by (workspace) (roboflow_exporter_last_success_timestamp_seconds)
  or on (workspace)
  0 * min by (workspace) (roboflow_data_stale)
)
and on (workspace)
(
  time() - max by (workspace) (roboflow_exporter_last_success_timestamp_seconds)
  > on (workspace)
  3 * max by (workspace) (roboflow_exporter_poll_interval_seconds)
  or on (workspace)
  min by (workspace) (roboflow_data_stale) == 1
)`,
          for: "5m",
          labels: { severity: "warning", area: "exporter" },
          summary: `The annotation data of a workspace is out of date.`,
          description: `Workspace {{ $labels.workspace }}: {{ if gt $value 0.0 -}} the last good poll was {{ $value | humanizeDuration }} ago. {{- else -}} there has been no good poll since the exporter started. {{- end }}`,
        },
        {
          alert: "RoboflowApiKeyRejected",
          expr: `max by (workspace, reason) (roboflow_exporter_last_poll_error{reason=~"unauthorized|forbidden"}) == 1`,
          for: "5m",
          labels: { severity: "critical", area: "exporter" },
          summary: `Roboflow rejects the API key of a workspace.`,
          description: `Workspace {{ $labels.workspace }}: the last poll failed with reason {{ $labels.reason }}. The key is missing, wrong or revoked, or it may not read this workspace.`,
        },
        {
          alert: "RoboflowPlanOrBilling",
          expr: `max by (workspace) (roboflow_exporter_last_poll_error{reason="plan"}) == 1`,
          for: "15m",
          labels: { severity: "warning", area: "exporter" },
          summary: `Roboflow's plan or billing does not allow the requests of a workspace.`,
          description: `Workspace {{ $labels.workspace }}: Roboflow answered that the plan does not include Annotation Insights, or that usage is paused.`,
        },
        {
          alert: "RoboflowWorkspaceNotFound",
          expr: `max by (workspace) (roboflow_exporter_last_poll_error{reason="not_found"}) == 1`,
          for: "15m",
          labels: { severity: "warning", area: "exporter" },
          summary: `Roboflow does not find a configured workspace or project.`,
          description: `Workspace {{ $labels.workspace }}: Roboflow answered that it, or a project asked for, does not exist or is not visible to the key.`,
        },
        {
          alert: "RoboflowApiRateLimited",
          expr: `sum by (workspace) (increase(roboflow_api_requests_total{code="429"}[1h]))
/ on (workspace)
sum by (workspace) (increase(roboflow_api_requests_total[1h]))
> 0.2
and on (workspace)
sum by (workspace) (increase(roboflow_api_requests_total{code="429"}[1h])) > 2.5`,
          for: "15m",
          keepFiringFor: "30m",
          labels: { severity: "warning", area: "exporter" },
          summary: `Roboflow limits the rate of the exporter's requests.`,
          description: `Workspace {{ $labels.workspace }}: {{ $value | humanizePercentage }} of the requests of the last hour were answered with 429.`,
        },
        {
          alert: "RoboflowResponseInvalid",
          expr: `max by (workspace, reason) (roboflow_exporter_last_poll_error{reason=~"invalid_json|invalid_schema|too_large"}) == 1`,
          for: "15m",
          labels: { severity: "warning", area: "exporter" },
          summary: `Roboflow's answers cannot be read.`,
          description: `Workspace {{ $labels.workspace }}: the last poll failed with reason {{ $labels.reason }}; nothing of such an answer is published.`,
        },
        {
          alert: "RoboflowRowsRejected",
          expr: `max by (workspace, reason) (increase(roboflow_exporter_rows_rejected_total[1h])) > 0`,
          for: "15m",
          keepFiringFor: "1h",
          labels: { severity: "warning", area: "exporter" },
          summary: `Rows of Roboflow's answers are left out.`,
          description: `Workspace {{ $labels.workspace }}: about {{ $value | printf "%.0f" }} rows of the last hour's answers were left out with reason {{ $labels.reason }}; sums over labelers and projects are too low by their work.`,
        },
        {
          alert: "RoboflowSchemaDrift",
          expr: `max by (workspace, field, reason) (increase(roboflow_exporter_schema_anomalies_total[1h])) > 0`,
          for: "15m",
          keepFiringFor: "1h",
          labels: { severity: "info", area: "exporter" },
          summary: `Roboflow's answers differ from their documentation.`,
          description: `Workspace {{ $labels.workspace }}: field {{ $labels.field }} of the API's answers is not as documented ({{ $labels.reason }}).`,
        },
        {
          alert: "RoboflowSeriesDropped",
          expr: `max by (workspace, reason) (roboflow_exporter_series_dropped) > 0`,
          for: "15m",
          labels: { severity: "warning", area: "exporter" },
          summary: `Series of a workspace are left out.`,
          description: `Workspace {{ $labels.workspace }}: {{ $value | printf "%.0f" }} series are not published because of {{ $labels.reason }}.`,
        },
        {
          alert: "RoboflowSeriesNearLimit",
          expr: `max by (workspace) (roboflow_exporter_series)
/ on (workspace)
(min by (workspace) (roboflow_exporter_series_limit) > 0)
> 0.9
unless on (workspace)
max by (workspace) (roboflow_exporter_series_dropped) > 0`,
          for: "1h",
          labels: { severity: "info", area: "exporter" },
          summary: `A workspace comes near its series limit.`,
          description: `Workspace {{ $labels.workspace }} has {{ $value | humanizePercentage }} of the series that limits.series allows; beyond that, whole families are left out.`,
        },
        {
          alert: "RoboflowPollOverlap",
          expr: `max by (workspace) (increase(roboflow_exporter_polls_skipped_total[6h])) > 1.5`,
          for: "5m",
          keepFiringFor: "1h",
          labels: { severity: "warning", area: "exporter" },
          summary: `Polls of a workspace take longer than their interval.`,
          description: `Workspace {{ $labels.workspace }}: {{ $value | printf "%.0f" }} polls of the last 6 hours were skipped because the one before was still running.`,
        },
        {
          alert: "RoboflowLegacyFailing",
          expr: `min by (workspace) (roboflow_legacy_data_stale) == 1
and on (workspace)
max by (workspace) (roboflow_legacy_up) == 0`,
          for: "15m",
          labels: { severity: "warning", area: "exporter" },
          summary: `Polls of the legacy endpoint of a workspace fail.`,
          description: `Workspace {{ $labels.workspace }}: polls of the legacy endpoint fail, and the last good one is too old; the metrics roboflow_legacy_* are withdrawn.`,
        },
        {
          alert: "RoboflowLegacyGone",
          expr: `max by (workspace) (roboflow_legacy_available) == 0`,
          for: "1h",
          labels: { severity: "info", area: "exporter" },
          summary: `The legacy endpoint is gone.`,
          description: `Workspace {{ $labels.workspace }}: Roboflow answers that the legacy endpoint is not there any more; the metrics roboflow_legacy_* are withdrawn.`,
        },
      ],
    },
  ],
};
