import type { DroppableDefinition } from "../../metrics/definition.ts";
import type { RowField, TotalField } from "./fields.ts";

const SUMS = "labelers, projects, days";
const SUMS_IMAGES = "labelers and projects as work, not as unique images; days";
const SUMS_ROUGHLY = "labelers and projects, roughly; days undocumented";

/** What differs between the metrics of a grain: name after their prefix, what is counted, unit, how it sums, caveat. */
type Entry = readonly [name: string, what: string, unit: string, sums: string, caveat: string];

const ROWS: Readonly<Record<RowField, Entry>> = {
  imagesLabeled: [
    "images_labeled",
    "Images the labeler worked on in the window, nulls included, counted once per labeler and day",
    "images",
    SUMS_IMAGES,
    "Not unique: an image worked on two days counts twice.",
  ],
  uniqueImagesLabeled: [
    "images_labeled_unique",
    "Distinct images the labeler worked on in the window, each counted once however many days it was worked on",
    "images",
    "nothing",
    "Never add it up: two labelers, projects or days may share images.",
  ],
  approvalRate: [
    "approval_ratio",
    "First-pass approval of the images reviewed in the window while assigned to the labeler: the share approved without ever being rejected, 0 to 1",
    "ratio",
    "never",
    "Never average it. Absent when nothing was reviewed. Not approved / (approved + rejected). Of the labeler assigned to the job at the review; the images may have been labeled earlier, or by others.",
  ],
  approved: [
    "images_approved",
    "Images approved in the window, for the labeler assigned to them at the review",
    "images",
    SUMS_ROUGHLY,
    "Absent when the project has no review. By the day of the review and the labeler assigned to the job then, so it may exceed the images labeled. Images added without review do not count.",
  ],
  rejected: [
    "images_rejected",
    "Rejections in the window, for the labeler assigned to the image at the review",
    "rejections",
    SUMS,
    "Events: an image rejected twice counts twice, and counts even if approved later. By the day of the review and the labeler assigned to the job then.",
  ],
  boxesDrawn: [
    "boxes_drawn",
    "Annotations added minus annotations removed in the window",
    "annotations",
    SUMS,
    "Net: may be negative. Annotations of any type, not only boxes.",
  ],
  markedNull: [
    "images_marked_null",
    "Images marked as having no objects in the window",
    "images",
    SUMS_ROUGHLY,
    "How an image marked twice is counted is undocumented.",
  ],
  modelAssisted: [
    "images_model_assisted",
    "Images on which model assist was used in the window",
    "images",
    SUMS_ROUGHLY,
    "Says nothing about how many annotations came from the model.",
  ],
  boxesAdded: ["boxes_added", "Annotations created in the window", "annotations", SUMS, "Annotations of any type."],
  boxesRemoved: ["boxes_removed", "Annotations deleted in the window", "annotations", SUMS, "Annotations of any type."],
  boxesUpdated: ["boxes_updated", "Annotations edited in the window", "annotations", SUMS, "Annotations of any type."],
  netBoxesAdded: [
    "boxes_net_added",
    "Annotations created and still there at the end of their session, added up over the window's sessions",
    "annotations",
    SUMS,
    "Later deletions are not subtracted. Another definition than the workspace's.",
  ],
  netBoxesUpdated: [
    "boxes_net_updated",
    "Annotations edited in the window, as the API's net figure",
    "annotations",
    SUMS,
    "By the API's definition equal to boxes_updated.",
  ],
};

/** In the order of {@link ROWS}: the last is dropped first. */
function rowMetric(field: string, entry: Entry, index: number): DroppableDefinition {
  const [name, what, unit, sums, caveat] = entry;
  return {
    name: `roboflow_${name}`,
    type: "gauge",
    help: `${what} (API: data[].${field}, polled).`,
    labels: ["workspace", "project", "labeler", "window"],
    unit,
    source: `data[].${field}`,
    sums,
    caveat,
    addsUpOverDays: sums === SUMS || sums === SUMS_IMAGES,
    dropOrder: 100 + index,
  };
}

function isRowField(field: string): field is RowField {
  return Object.hasOwn(ROWS, field);
}

/** One metric per number of `data[]`, paired with the API's field. */
export const ROW_METRICS: readonly (readonly [RowField, DroppableDefinition])[] = Object.keys(ROWS)
  .filter(isRowField)
  .map((field, index) => [field, rowMetric(field, ROWS[field], index)]);

/** What a total covers: the whole workspace, or one project or labeler (with the API's filters). */
export type TotalGrain = "workspace" | "project" | "labeler";

const TOTALS: Readonly<Record<TotalField, Entry>> = {
  numImagesLabeled: [
    "images_labeled",
    "Unique images labeled in the window",
    "images",
    "never",
    "Unique over the whole window.",
  ],
  approvalRate: [
    "approval_ratio",
    "First-pass approval as the API pools it over the window: the share of reviewed images never rejected, 0 to 1",
    "ratio",
    "never",
    "Never average it. Absent when nothing was reviewed.",
  ],
  numBoxesDrawn: [
    "boxes_drawn",
    "Annotations added minus removed in the window",
    "annotations",
    "days",
    "May be negative.",
  ],
  numImagesMarkedNull: [
    "images_marked_null",
    "Images marked null at least once in the window",
    "images",
    "never",
    "Unique over the whole window.",
  ],
  totalImagesUsingModelAssist: [
    "images_model_assisted",
    "Images labeled with model assist in the window",
    "images",
    "never",
    "Whether they are unique is undocumented.",
  ],
  numBoxesAdded: [
    "boxes_added",
    "Annotations created in the window",
    "annotations",
    "days",
    "Annotations of any type.",
  ],
  numBoxesRemoved: [
    "boxes_removed",
    "Annotations deleted in the window",
    "annotations",
    "days",
    "Annotations of any type.",
  ],
  numBoxesUpdated: [
    "boxes_updated",
    "Annotations edited in the window",
    "annotations",
    "days",
    "Annotations of any type.",
  ],
  netBoxesAdded: [
    "boxes_net_added",
    "Annotations added minus removed in the window, as the API's net figure",
    "annotations",
    "days",
    "Another definition than the row's boxes_net_added.",
  ],
  netBoxesUpdated: [
    "boxes_net_updated",
    "Annotations edited in the window, as the API's net figure",
    "annotations",
    "days",
    "By the API's definition equal to boxes_updated.",
  ],
};

/** What differs between the grains. Workspace totals are dropped last, because they are few and the most valuable. */
const GRAINS: Readonly<Record<TotalGrain, { labels: readonly string[]; suffix: string; order: number }>> = {
  workspace: { labels: ["workspace", "window"], suffix: "", order: 10 },
  project: { labels: ["workspace", "project", "window"], suffix: " with project=", order: 40 },
  labeler: { labels: ["workspace", "labeler", "window"], suffix: " with userId=", order: 60 },
};

function isTotalField(field: string): field is TotalField {
  return Object.hasOwn(TOTALS, field);
}

function totalMetric(grain: TotalGrain, field: TotalField, index: number): DroppableDefinition {
  const [name, what, unit, sums, caveat] = TOTALS[field];
  const { labels, suffix, order } = GRAINS[grain];
  return {
    name: `roboflow_${grain}_${name}`,
    type: "gauge",
    help: `${what}, for the ${grain} (API: stats.${field}${suffix}, polled).`,
    labels,
    unit,
    source: `stats.${field}${suffix}`,
    sums,
    caveat,
    addsUpOverDays: sums === "days",
    dropOrder: order + index,
  };
}

/** One metric per number of `stats` at the given grain, paired with the API's field. */
export function totalMetrics(grain: TotalGrain): readonly (readonly [TotalField, DroppableDefinition])[] {
  return Object.keys(TOTALS)
    .filter(isTotalField)
    .map((field, index) => [field, totalMetric(grain, field, index)]);
}

export const TOTAL_METRICS = {
  workspace: totalMetrics("workspace"),
  project: totalMetrics("project"),
  labeler: totalMetrics("labeler"),
} as const;
