import type { DroppableDefinition, MetricDefinition } from "../metrics/definition.ts";
import { HEALTH_METRICS } from "./health-metrics.ts";
import { INFO_METRICS } from "../metrics/info-metrics.ts";
import { LEGACY_METRICS } from "../sources/legacy/metrics.ts";
import { ROW_METRICS } from "../sources/insights/row-metrics.ts";
import { SELF_METRICS } from "../self/metrics.ts";
import { TOTAL_METRICS } from "../sources/insights/total-metrics.ts";

const definitionsOf = (pairs: readonly (readonly [string, DroppableDefinition])[]) => pairs.map(([, metric]) => metric);

/** The metrics made of API data: those that `metrics.exclude` and the series limit act on. */
export const DATA_METRICS: readonly DroppableDefinition[] = [
  ...definitionsOf(ROW_METRICS),
  ...definitionsOf(TOTAL_METRICS.workspace),
  ...definitionsOf(TOTAL_METRICS.project),
  ...definitionsOf(TOTAL_METRICS.labeler),
  ...Object.values(INFO_METRICS),
  ...LEGACY_METRICS,
];

/** Every metric of our own that the exporter can publish; `process_*` and `nodejs_*` come on top. */
export const CATALOGUE: readonly MetricDefinition[] = [
  ...DATA_METRICS,
  ...Object.values(HEALTH_METRICS),
  ...Object.values(SELF_METRICS),
];

/** Names of {@link DATA_METRICS} in the order in which they are dropped at the series limit, first to go first. */
export const DROP_ORDER: readonly string[] = DATA_METRICS.toSorted((a, b) => b.dropOrder - a.dropOrder).map(
  ({ name }) => name,
);
