import { HEALTH_METRICS } from "../exposition/health.ts";
import { SELF_METRICS } from "../self/metrics.ts";

/** Names of the health metrics. */
export const HEALTH = {
  up: HEALTH_METRICS.up.name,
  stale: HEALTH_METRICS.stale.name,
  available: HEALTH_METRICS.available.name,
  lastSuccess: HEALTH_METRICS.lastSuccess.name,
  nextPoll: HEALTH_METRICS.nextPoll.name,
  interval: HEALTH_METRICS.interval.name,
  lastError: HEALTH_METRICS.lastError.name,
  series: HEALTH_METRICS.series.name,
  seriesLimit: HEALTH_METRICS.seriesLimit.name,
  seriesDropped: HEALTH_METRICS.seriesDropped.name,
  notices: HEALTH_METRICS.notices.name,
  filtered: HEALTH_METRICS.filtered.name,
} as const;

/** Names of the exporter's own metrics. */
export const SELF = {
  polls: SELF_METRICS.polls.name,
  pollFailures: SELF_METRICS.pollFailures.name,
  pollsSkipped: SELF_METRICS.pollsSkipped.name,
  pollDurationBucket: `${SELF_METRICS.pollDuration.name}_bucket`,
  rowsRejected: SELF_METRICS.rowsRejected.name,
  anomalies: SELF_METRICS.anomalies.name,
  requests: SELF_METRICS.requests.name,
  requestDurationBucket: `${SELF_METRICS.requestDuration.name}_bucket`,
  retries: SELF_METRICS.retries.name,
  demo: SELF_METRICS.demo.name,
  buildInfo: SELF_METRICS.buildInfo.name,
} as const;
