import type { DroppableDefinition, MetricDefinition } from "../metrics/definition.ts";
import { SELF_METRICS } from "../self/metrics.ts";
import { SOURCES } from "../sources/sources.ts";
import { HEALTH_METRICS } from "./health-metrics.ts";

/** The metrics made of API data: those that `metrics.exclude` and the series limit act on. */
export const DATA_METRICS: readonly DroppableDefinition[] = SOURCES.flatMap(({ sections }) =>
  sections.flatMap(({ metrics }) => metrics),
);

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
