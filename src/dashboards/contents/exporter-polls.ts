import { intervalsOf } from "../age.ts";
import { HEALTH, SELF } from "../../rules/series.ts";
import type { PanelDefinition, RowDefinition } from "../model.ts";
import { states } from "../panels/others.ts";
import { dashed, timeSeries } from "../panels/series.ts";
import { AGE_OF_DATA, exporterMetric, lastHour } from "./exporter-queries.ts";

function ageOverTime(): PanelDefinition {
  return timeSeries(
    {
      title: "Age of the data and poll interval",
      description:
        "Time since the last good poll of each source of each workspace. A saw-tooth up to the dashed interval is healthy.",
      unit: "s",
      queries: [
        { expr: AGE_OF_DATA, legend: "{{workspace}}, {{source}}" },
        { expr: intervalsOf(exporterMetric), legend: "{{workspace}}, {{source}}, interval" },
      ],
    },
    { min: 0, overrides: [dashed(".*, interval")] },
  );
}

function lastPoll(): PanelDefinition {
  return states(
    {
      title: "Last poll",
      description: "Whether the last poll of each source of each workspace succeeded.",
      unit: "none",
      queries: [
        { expr: `max by (workspace, source) (${exporterMetric(HEALTH.up)})`, legend: "{{workspace}}, {{source}}" },
      ],
    },
    [{ type: "value", options: { "0": { text: "failed", color: "red" }, "1": { text: "good", color: "green" } } }],
    12,
    8,
  );
}

function polls(): PanelDefinition {
  return timeSeries(
    {
      title: "Polls per hour",
      description:
        "Polls that ended, failed or were skipped because the one before still ran, in the hour up to each moment.",
      unit: "short",
      queries: [
        { expr: `sum(${lastHour(SELF.polls)})`, legend: "Ended" },
        { expr: `sum(${lastHour(SELF.pollFailures)})`, legend: "Failed" },
        { expr: `sum(${lastHour(SELF.pollsSkipped)})`, legend: "Skipped" },
      ],
    },
    { width: 8, min: 0 },
  );
}

function failures(): PanelDefinition {
  return timeSeries(
    {
      title: "Failed polls per hour, by reason",
      description:
        "Polls that failed in the hour up to each moment. unauthorized and forbidden speak of the key, plan of the subscription.",
      unit: "short",
      queries: [
        {
          expr: `sum by (reason) (${lastHour(SELF.pollFailures)}) > 0`,
          legend: "{{reason}}",
          emptyReason: "no poll failed",
        },
      ],
    },
    { width: 8, min: 0, stacked: true, noValue: "No poll failed." },
  );
}

function pollDuration(): PanelDefinition {
  const quantile = (q: number) =>
    `histogram_quantile(${String(q)}, sum by (le) (${lastHour(SELF.pollDurationBucket)}))`;
  return timeSeries(
    {
      title: "Poll duration",
      description: "Estimated from the histogram over the hour up to each moment: median and 95th percentile.",
      unit: "s",
      queries: [
        { expr: quantile(0.5), legend: "median" },
        { expr: quantile(0.95), legend: "95 %" },
      ],
    },
    { width: 8, min: 0 },
  );
}

export const pollRow: RowDefinition = {
  title: "Polls",
  panels: [ageOverTime(), lastPoll(), polls(), failures(), pollDuration()],
};
