import { dataAge } from "../age.ts";
import { UIDS } from "../../rules/alert-parts.ts";
import { HEALTH, SELF } from "../../rules/series.ts";
import { type DashboardDefinition, type PanelDefinition, type RowDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { NEUTRAL, NONE_EXPECTED, ONE_EXPECTED } from "../thresholds.ts";
import { datasourceVariable, instanceVariable, jobVariable, workspaceVariable } from "../variables.ts";
import { apiRow } from "./exporter-api.ts";
import { configRow } from "./exporter-config.ts";
import { pollRow } from "./exporter-polls.ts";
import { processRow } from "./exporter-process.ts";
import { exporterMetric, targetMetric } from "./exporter-queries.ts";
import { seriesRow } from "./exporter-series.ts";

function up(): PanelDefinition {
  return stat(
    {
      title: "Exporter",
      description: "Whether Prometheus can scrape the exporter; with several instances, the worst one.",
      unit: "none",
      queries: [{ expr: `min(${targetMetric("up")})` }],
    },
    {
      thresholds: ONE_EXPECTED,
      mappings: [
        { type: "value", options: { "0": { text: "down", color: "red" }, "1": { text: "up", color: "green" } } },
      ],
      noValue: "absent",
    },
  );
}

function failing(): PanelDefinition {
  return stat(
    {
      title: "Failing workspaces",
      description: "Workspaces of which the last poll of a source failed. What was never polled counts as failing.",
      unit: "none",
      queries: [
        {
          expr: `count(count by (workspace) (max by (workspace, source) (${exporterMetric(HEALTH.up)}) == 0)) or 0 * count(${exporterMetric(HEALTH.up)})`,
        },
      ],
    },
    { thresholds: NONE_EXPECTED },
  );
}

function withheld(): PanelDefinition {
  return stat(
    {
      title: "Data withheld",
      description:
        "Sources whose data is not published because there was no good poll yet, the last one is too old, or the endpoint is gone.",
      unit: "none",
      queries: [{ expr: `sum(min by (workspace, source) (${exporterMetric(HEALTH.stale)}))` }],
    },
    { thresholds: NONE_EXPECTED },
  );
}

function next(): PanelDefinition {
  return stat(
    {
      title: "Next poll in",
      description: "Time until the next poll of any workspace is due, without jitter: now while it is due or running.",
      unit: "s",
      queries: [{ expr: `clamp_min(min(${exporterMetric(HEALTH.nextPoll)}) - time(), 0)` }],
    },
    {
      width: 3,
      thresholds: NEUTRAL,
      decimals: 0,
      mappings: [{ type: "value", options: { "0": { text: "now", color: "text", index: 0 } } }],
    },
  );
}

function version(): PanelDefinition {
  return stat(
    {
      title: "Version",
      description: "Versions of the exporter that run now. More than one means that a rollout is under way.",
      unit: "string",
      queries: [{ expr: `max by (version) (${targetMetric(SELF.buildInfo)})`, legend: "{{version}}" }],
    },
    { width: 3, textMode: "name" },
  );
}

const state: RowDefinition = {
  title: "State",
  panels: [up(), failing(), withheld(), dataAge(exporterMetric, 6, targetMetric(SELF.demo)), next(), version()],
};

/** Is the data fresh, is it Roboflow or us, what does it cost. */
export const exporter: DashboardDefinition = {
  uid: UIDS.exporter,
  title: "Roboflow / Exporter",
  description:
    "Health of the exporter: freshness, polls, API requests, latency, errors, series, configuration, memory and schema drift.",
  from: "now-24h",
  refresh: "1m",
  datasource: datasourceVariable,
  variables: [jobVariable, instanceVariable, workspaceVariable("many")],
  rows: [state, pollRow, apiRow, seriesRow, configRow, processRow],
};
