import type { RowField } from "./fields.ts";
import type { DroppableDefinition } from "../../metrics/definition.ts";

const SUMS = "labelers, projects, days";
const SUMS_IMAGES = "labelers and projects as work, not as unique images; days";
const SUMS_ROUGHLY = "labelers and projects, roughly; days undocumented";

/** What differs between the row metrics: name after `roboflow_`, what is counted, unit, how it sums, caveat. */
type Entry = readonly [name: string, what: string, unit: string, sums: string, caveat: string];

const TABLE: Readonly<Record<RowField, Entry>> = {
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

/** In the order of {@link TABLE}: the last is dropped first. */
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
  return Object.hasOwn(TABLE, field);
}

/** One metric per number of `data[]`, paired with the API's field. */
export const ROW_METRICS: readonly (readonly [RowField, DroppableDefinition])[] = Object.keys(TABLE)
  .filter(isRowField)
  .map((field, index) => [field, rowMetric(field, TABLE[field], index)]);
