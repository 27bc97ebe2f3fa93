import { TIME_SPENT } from "../sources/metric-names.ts";
import { inWindow, on, once } from "./promql.ts";
import { CONVENTIONS, type RecordingRule, type RuleFile } from "./rule-file.ts";
import * as series from "./series.ts";

const WINDOW = "28d";
/** A handful of images says nothing of what the next one will cost. */
const MINIMUM_IMAGES = 20;
const SECONDS_PER_HOUR = 3600;

const ofProject: RecordingRule = {
  record: series.bare(series.costPerImageOf(WINDOW)),
  expr: `(
  (${once("project", inWindow(TIME_SPENT.projectSeconds, WINDOW))} > 0) / ${SECONDS_PER_HOUR}
  * ${on("workspace")} group_left ()
  ${once("workspace", TIME_SPENT.costPerHour)}
)
/ ${on("project")}
(${once("project", inWindow(TIME_SPENT.projectImages, WINDOW))} >= ${MINIMUM_IMAGES})`,
  labels: { window: WINDOW },
};

/** What an image costs. Not by labeler: one cost for all of a workspace would show who takes time as who is expensive. */
export const cost: RuleFile = {
  file: "recording-cost.yml",
  comment: `What labeling an image costs, where the exporter's configuration has cost_per_hour: the time spent, and the images as the same endpoint counts them. Not with fewer than ${MINIMUM_IMAGES} images in the window. ${CONVENTIONS}`,
  groups: [{ name: "roboflow-cost", rules: [ofProject] }],
};
