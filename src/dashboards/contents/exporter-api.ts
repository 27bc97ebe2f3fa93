import { HEALTH, SELF } from "../../rules/series.ts";
import type { PanelDefinition, RowDefinition } from "../model.ts";
import { coloured, colouredAll, timeSeries } from "../panels/series.ts";
import { stat } from "../panels/single.ts";
import { table } from "../panels/table.ts";
import { NEUTRAL } from "../thresholds.ts";
import { exporterMetric, lastHour, lastHourOfTarget } from "./exporter-queries.ts";

/** Answers are blue, what the client or the server refused is not. */
const CODES = [coloured("200", "blue"), colouredAll("4.*", "orange"), colouredAll("5.*|none|other", "purple")];

function requests(): PanelDefinition {
  return timeSeries(
    {
      title: "Requests per hour, by status",
      description:
        "Requests to the API in the hour up to each moment, repetitions included, by HTTP status; none: no response was received.",
      unit: "short",
      queries: [{ expr: `sum by (code) (${lastHour(SELF.requests)}) > 0`, legend: "{{code}}" }],
    },
    { width: 8, min: 0, stacked: true, overrides: CODES },
  );
}

function latency(): PanelDefinition {
  const buckets = `sum by (le) (${lastHourOfTarget(SELF.requestDurationBucket)})`;
  return timeSeries(
    {
      title: "Latency of the API",
      description:
        "Estimated from the histogram over the hour up to each moment: median, 95th and 99th percentile. All workspaces.",
      unit: "s",
      queries: [
        { expr: `histogram_quantile(0.5, ${buckets})`, legend: "median" },
        { expr: `histogram_quantile(0.95, ${buckets})`, legend: "95 %" },
        { expr: `histogram_quantile(0.99, ${buckets})`, legend: "99 %" },
      ],
    },
    { width: 8, min: 0 },
  );
}

function troubles(): PanelDefinition {
  const bad = exporterMetric(SELF.requests).replace("}", ',code!="200"}');
  return timeSeries(
    {
      title: "Errors and repetitions per hour",
      description:
        "Requests answered with anything but 200, or not at all, and requests that were repeated, in the hour up to each moment.",
      unit: "short",
      queries: [
        { expr: `sum(increase(${bad}[1h]))`, legend: "Errors" },
        { expr: `sum(${lastHour(SELF.retries)})`, legend: "Repetitions" },
      ],
    },
    { width: 8, min: 0 },
  );
}

function drift(): PanelDefinition {
  const grown = `sum by (workspace, field, reason) (increase(${exporterMetric(SELF.anomalies)}[1d]))`;
  return table(
    {
      title: "Schema drift of the last day",
      description:
        "Fields of the API's answers that its documentation does not lead us to expect, with how often they were met in the last 24 hours. " +
        "Approximate: Prometheus extrapolates growth.",
      unit: "short",
      keys: [
        { label: "workspace", heading: "Workspace" },
        { label: "field", heading: "Field" },
        { label: "reason", heading: "Reason" },
      ],
      columns: [
        {
          heading: "Times",
          expr: `${grown} > 0`,
          unit: "short",
          decimals: 0,
          emptyReason: "the API answers as documented",
        },
      ],
      sortBy: "Times",
      noValue: "The API answers as documented.",
    },
    { width: 12, height: 7 },
  );
}

function rejected(): PanelDefinition {
  return timeSeries(
    {
      title: "Rows rejected per hour, by reason",
      description:
        "Rows of the API's answers that were dropped because they cannot be distinguished, in the hour up to each moment.",
      unit: "short",
      queries: [{ expr: `sum by (reason) (${lastHour(SELF.rowsRejected)})`, legend: "{{reason}}" }],
    },
    { width: 8, height: 7, min: 0 },
  );
}

function notices(): PanelDefinition {
  return stat(
    {
      title: "Notices of the API",
      description: "Different notices in the answers of the last good polls; their text is in the exporter's log.",
      unit: "none",
      queries: [{ expr: `sum(max by (workspace, source) (${exporterMetric(HEALTH.notices)}))` }],
    },
    { width: 4, height: 7, thresholds: NEUTRAL },
  );
}

export const apiRow: RowDefinition = {
  title: "Roboflow API",
  panels: [requests(), latency(), troubles(), drift(), rejected(), notices()],
};
