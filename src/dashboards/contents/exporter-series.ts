import { HEALTH } from "../../rules/series.ts";
import type { PanelDefinition, RowDefinition } from "../model.ts";
import { dashed, timeSeries } from "../panels/series.ts";
import { stat } from "../panels/single.ts";
import { NONE_EXPECTED, USAGE } from "../thresholds.ts";
import { exporterMetric } from "./exporter-queries.ts";

function series(): PanelDefinition {
  return timeSeries(
    {
      title: "Series and their limit",
      description:
        "Series of data published for each workspace, and the most that may be. Above the limit whole families are dropped.",
      unit: "short",
      queries: [
        {
          expr: `sum by (workspace) (max by (workspace, source) (${exporterMetric(HEALTH.series)}))`,
          legend: "{{workspace}}",
        },
        { expr: `max by (workspace) (${exporterMetric(HEALTH.seriesLimit)})`, legend: "{{workspace}}, limit" },
      ],
    },
    { width: 16, height: 6, min: 0, overrides: [dashed(".*, limit")] },
  );
}

function seriesUsage(): PanelDefinition {
  const used = `sum by (workspace) (max by (workspace, source) (${exporterMetric(HEALTH.series)}))`;
  const limit = `(max by (workspace) (${exporterMetric(HEALTH.seriesLimit)}) > 0)`;
  return stat(
    {
      title: "Series used",
      description: "Largest share of the series limit that any workspace uses.",
      unit: "percentunit",
      queries: [{ expr: `max(${used} / ${limit})` }],
    },
    { height: 6, width: 4, thresholds: USAGE, decimals: 0 },
  );
}

function seriesDropped(): PanelDefinition {
  return stat(
    {
      title: "Series dropped",
      description: "Series left out of the last good polls because of the limit.",
      unit: "short",
      queries: [{ expr: `sum(max by (workspace, source, reason) (${exporterMetric(HEALTH.seriesDropped)}))` }],
    },
    { height: 6, width: 4, thresholds: NONE_EXPECTED },
  );
}

export const seriesRow: RowDefinition = { title: "Series", panels: [series(), seriesUsage(), seriesDropped()] };
