import type { TotalField } from "./fields.ts";
import type { DroppableDefinition } from "../../metrics/definition.ts";

/** What a total covers: the whole workspace, or one project or labeler (with the API's filters). */
export type TotalGrain = "workspace" | "project" | "labeler";

type Entry = readonly [name: string, what: string, unit: string, sums: string, caveat: string];

const TABLE: Readonly<Record<TotalField, Entry>> = {
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
  return Object.hasOwn(TABLE, field);
}

function totalMetric(grain: TotalGrain, field: TotalField, index: number): DroppableDefinition {
  const [name, what, unit, sums, caveat] = TABLE[field];
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
  return Object.keys(TABLE)
    .filter(isTotalField)
    .map((field, index) => [field, totalMetric(grain, field, index)]);
}

export const TOTAL_METRICS = {
  workspace: totalMetrics("workspace"),
  project: totalMetrics("project"),
  labeler: totalMetrics("labeler"),
} as const;
