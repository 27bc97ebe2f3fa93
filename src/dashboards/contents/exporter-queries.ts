import { ageOf } from "../age.ts";
import { WORKSPACE_SCOPE } from "../promql.ts";
import { select } from "../selectors.ts";

const TARGET_SCOPE = { job: '=~"$job"', instance: '=~"$instance"' } as const;

/** A metric of the chosen instances. */
export function targetMetric(metric: string): string {
  return select(metric, TARGET_SCOPE);
}

/** A metric of the chosen instances and workspaces. */
export function exporterMetric(metric: string): string {
  return select(metric, { ...TARGET_SCOPE, ...WORKSPACE_SCOPE });
}

/**
 * Growth of a counter in the hour before. Polls are minutes apart, so that a rate over the scrape interval would be
 * spikes between zeros.
 */
export function lastHour(counter: string): string {
  return `increase(${exporterMetric(counter)}[1h])`;
}

/** {@link lastHour} of a counter without the label workspace. */
export function lastHourOfTarget(counter: string): string {
  return `increase(${targetMetric(counter)}[1h])`;
}

/** Seconds since the last good poll, by workspace. */
export const AGE_OF_DATA = ageOf(exporterMetric);
