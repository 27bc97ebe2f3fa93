import type { MetricDefinition } from "../metrics/definition.ts";
import { INFO_METRICS } from "../metrics/info-metrics.ts";
import type { BacklogMetric } from "./backlog/metrics.ts";
import type { RowField, TotalField } from "./insights/fields.ts";
import { ROW_METRICS, TOTAL_METRICS } from "./insights/metrics.ts";
import { COST_PER_HOUR, LEGACY_ROW_METRICS, LEGACY_TICK_METRICS } from "./legacy/metrics.ts";
import { SOURCES } from "./sources.ts";

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
export const TIME_SPENT = {
  projectSeconds: nameOf(LEGACY_ROW_METRICS, "total_time_spent_annotating_minutes"),
  projectImages: nameOf(LEGACY_ROW_METRICS, "total_images_labeled"),
  labelerSeconds: nameOf(LEGACY_TICK_METRICS, "total_time_spent_annotating_minutes"),
  labelerImages: nameOf(LEGACY_TICK_METRICS, "total_images_labeled"),
  costPerHour: COST_PER_HOUR.name,
} as const;

/** What is left to label, polled only where it is asked for: labels workspace and project; uploads also have a window, jobs an id. */
export const LEFT = {
  unannotated: "roboflow_project_images_unannotated",
  uploaded: "roboflow_project_images_uploaded",
  deadline: "roboflow_project_deadline_timestamp_seconds",
  jobImages: "roboflow_job_images",
  jobInfo: "roboflow_job_info",
  jobCreated: "roboflow_job_created_timestamp_seconds",
} as const satisfies Readonly<Record<string, BacklogMetric>>;

export const INFO = {
  workspace: INFO_METRICS.workspace.name,
  project: INFO_METRICS.project.name,
  labeler: INFO_METRICS.labeler.name,
  target: INFO_METRICS.target.name,
} as const;

/** The source without which nothing is known of people and projects. */
export const MAIN_SOURCE = SOURCES[0]?.name ?? "";

/** Roboflow's own first-pass approval rate at each level at which it gives one. */
export const TOTAL_RATIO = {
  project_labeler: ROW.approvalRatio,
  labeler: nameOf(TOTAL_METRICS.labeler, "approvalRate"),
  project: nameOf(TOTAL_METRICS.project, "approvalRate"),
  workspace: workspace("approvalRate"),
} as const;
