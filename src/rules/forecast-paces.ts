import { INFO, LEFT, ROW } from "../sources/metric-names.ts";
import { indented, inWindow, on, once, sum } from "./promql.ts";
import type { Group, RecordingRule } from "./rule-file.ts";
import * as series from "./series.ts";

/** Of a day's working hours, so much is over when the day is counted: once, for an hour. */
const COUNTED_AFTER = 0.8;
const NO_SLASH = 'project!~".*/.*"';
const today = series.workingDaysOf("today");

/** Joins a workspace's value to each of its projects. */
export const OF_WORKSPACE = `${on("workspace")} group_left ()`;

const left: RecordingRule = {
  comment:
    "An id with a slash stands in where the id of the project is not known: such a project has no labeled images here, " +
    "and no forecast.",
  record: series.IMAGES_LEFT,
  expr: once("project", `${LEFT.unannotated}{${NO_SLASH}}`),
};

function uploaded(window: "today" | "7d" | "28d" | "all"): RecordingRule {
  return {
    record: series.bare(series.uploadedOf(window)),
    expr: once("project", `${LEFT.uploaded}{${NO_SLASH},window="${window}"}`),
    labels: { window },
  };
}

const labeledEver: RecordingRule = {
  record: series.bare(series.imagesOf("project", "all")),
  expr: sum(
    "project",
    `
  ${once("project_labeler", inWindow(ROW.imagesLabeled, "all"))}
  unless ${on("labeler")}
  ${once("labeler", `${INFO.labeler}{kind="system"}`)}
  and ${on("project")}
  ${LEFT.unannotated}
`,
  ),
  labels: { window: "all" },
};

/** What left the pile since then, uploads added, by what people labeled since then. */
function leftPerLabeled(since: "7d" | "14d"): string {
  const ever = series.imagesOf("project", "all");
  const uploads = series.uploadedOf("all");
  return `(
  (${series.IMAGES_LEFT} offset ${since} - ${on("project")} ${series.IMAGES_LEFT})
  + ${on("project")}
  (${uploads} - ${on("project")} ${uploads} offset ${since})
)
/ ${on("project")}
(${ever} - ${on("project")} ${ever} offset ${since} > 0)`;
}

const ratio: RecordingRule = {
  comment:
    "Images that are labeled again do not leave the pile, and those that a system labels do. 1 until there is a past of a week to see it in.",
  record: series.LEFT_PER_LABELED,
  expr: `clamp(
${indented(leftPerLabeled("14d"))}
  or ${on("project")}
${indented(leftPerLabeled("7d"))}
  or ${on("project")}
  0 * ${series.IMAGES_LEFT} + 1,
  0.5, 2
)`,
};

function netPace(window: "7d" | "28d"): RecordingRule {
  const images = series.imagesOf("project", window);
  return {
    record: series.bare(series.netPaceOf(window)),
    expr: `(
  (${images} or ${on("project")} 0 * ${series.imagesOf("project", "28d")})
  * ${on("project")}
  ${series.LEFT_PER_LABELED}
  - ${on("project")}
  ${series.uploadedOf(window)}
)
/ ${OF_WORKSPACE}
(${series.workingDaysOf(window)} > 1)`,
    labels: { window },
  };
}

const ofWorkday: RecordingRule = {
  comment:
    `One sample of each working day, for an hour from when ${COUNTED_AFTER * 100} % of its hours are over, scaled to the whole day. ` +
    "Days of rest have none.",
  record: series.WORKDAY_IMAGES,
  expr: sum(
    "project",
    `
  (${series.imagesOf("project", "today")} or ${on("project")} 0 * ${series.imagesOf("project", "28d")})
  / ${OF_WORKSPACE}
  (
    ${today} >= ${COUNTED_AFTER}
    unless ${on("workspace")}
    ${today} offset 1h >= ${COUNTED_AFTER}
  )
  and ${on("project")}
  ${series.IMAGES_LEFT}
`,
  ),
};

const netOfWorkday: RecordingRule = {
  record: series.WORKDAY_NET,
  expr: `${series.WORKDAY_IMAGES}
* ${on("project")}
${series.LEFT_PER_LABELED}
- ${on("project")}
${series.uploadedOf("today")}`,
};

/** What is left of each project, and by how much it falls on a working day. */
export const FORECAST_PACES: readonly Group[] = [
  {
    name: "roboflow-forecast-counts",
    rules: [left, ...(["today", "7d", "28d", "all"] as const).map(uploaded), labeledEver],
  },
  { name: "roboflow-forecast-ratio", rules: [ratio, ofWorkday] },
  { name: "roboflow-forecast-paces", rules: [netPace("7d"), netPace("28d"), netOfWorkday] },
];
