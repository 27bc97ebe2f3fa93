import type { RowField, TotalField } from "../sources/insights/fields.ts";
import type { MetricDefinition } from "../metrics/definition.ts";
import { HEALTH_METRICS } from "../exposition/health-metrics.ts";
import { INFO_METRICS } from "../metrics/info-metrics.ts";
import { LEGACY_ROW_METRICS, LEGACY_TICK_METRICS } from "../sources/legacy/metrics.ts";
import { ROW_METRICS } from "../sources/insights/row-metrics.ts";
import { SOURCES } from "../sources/sources.ts";
import { SELF_METRICS } from "../self/metrics.ts";
import { TOTAL_METRICS } from "../sources/insights/total-metrics.ts";

/** The name of the metric made of an API field; a field that the catalogue loses stops the build. */
function nameOf<Field extends string>(pairs: readonly (readonly [Field, MetricDefinition])[], field: Field): string {
  const found = pairs.find(([key]) => key === field);
  if (found === undefined) throw new Error(`the metric catalogue has no metric for ${field}`);
  return found[1].name;
}

const row = (field: RowField) => nameOf(ROW_METRICS, field);
const workspace = (field: TotalField) => nameOf(TOTAL_METRICS.workspace, field);

/** One labeler's work in one project in one window: labels workspace, project, labeler, window. */
export const ROW = {
  imagesLabeled: row("imagesLabeled"),
  boxesDrawn: row("boxesDrawn"),
  boxesAdded: row("boxesAdded"),
  boxesRemoved: row("boxesRemoved"),
  boxesUpdated: row("boxesUpdated"),
  markedNull: row("markedNull"),
  modelAssisted: row("modelAssisted"),
  approved: row("approved"),
  rejected: row("rejected"),
  approvalRatio: row("approvalRate"),
} as const;

/** The whole workspace in one window: labels workspace, window. */
export const WORKSPACE = {
  imagesLabeled: workspace("numImagesLabeled"),
  boxesDrawn: workspace("numBoxesDrawn"),
  approvalRatio: workspace("approvalRate"),
} as const;

/** The legacy endpoint's, polled only where it is asked for: labels workspace, project or labeler, window. */
export const LEGACY = {
  projectSeconds: nameOf(LEGACY_ROW_METRICS, "total_time_spent_annotating_minutes"),
  projectImages: nameOf(LEGACY_ROW_METRICS, "total_images_labeled"),
  labelerSeconds: nameOf(LEGACY_TICK_METRICS, "total_time_spent_annotating_minutes"),
  labelerImages: nameOf(LEGACY_TICK_METRICS, "total_images_labeled"),
} as const;

export const INFO = {
  workspace: INFO_METRICS.workspace.name,
  project: INFO_METRICS.project.name,
  labeler: INFO_METRICS.labeler.name,
  target: INFO_METRICS.target.name,
} as const;

/** The source without which nothing is known of people and projects. */
export const MAIN_SOURCE = SOURCES[0]?.name ?? "";

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
  buildInfo: SELF_METRICS.buildInfo.name,
} as const;
