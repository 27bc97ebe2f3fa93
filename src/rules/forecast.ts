import { INFO, LEFT, ROW } from "../sources/metric-names.ts";
import { unlessFiltered } from "./alert-parts.ts";
import { block, indented, inWindow, on, once, sum } from "./promql.ts";
import { CONVENTIONS, type RecordingRule, type RuleFile } from "./rule-file.ts";
import * as series from "./series.ts";

/** How far the rules look back, in Prometheus's words: what a retention of two weeks and more has. */
const LOOK_BACK = "14d";
/** Of a day's working hours, so much is over when the day is counted: once, for an hour. */
const COUNTED_AFTER = 0.8;
/** Days with work in {@link LOOK_BACK} below which the scatter is not known. */
const MINIMUM_DAYS = 5;
/** Net images of a working day below which a pace is near zero. */
const MINIMUM_PACE = 1;
/** Working days that a week must have for its rest to mean something. */
export const RESTED_DAYS = 3;
/** A week at less than this part of the pace of the 28 days is a pause. */
const PAUSED = 0.1;
/** The 14 days before the last 14 must have had this part of their pace: else the work began lately. */
const SETTLED = 0.5;
/** Nothing is said of what may take longer, in days. */
const HORIZON_DAYS = 730;
/** The 90 % quantile of the normal distribution. */
const Z90 = 1.2816;

const NO_SLASH = 'project!~".*/.*"';
const today = series.workingDaysOf("today");

/** Joins a workspace's value to each of its projects. */
const OF_WORKSPACE = `${on("workspace")} group_left ()`;

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

function daysAtPace(window: "7d" | "28d"): RecordingRule {
  return {
    record: series.bare(series.daysAtPaceOf(window)),
    expr: `(${series.IMAGES_LEFT} > 0)
/ ${on("project")}
(${series.netPaceOf(window)} >= ${MINIMUM_PACE})
${unlessFiltered("labeler")}`,
    labels: { window },
  };
}

const daysSeen: RecordingRule = {
  record: series.WORKDAYS_SEEN,
  expr: `count_over_time(${series.WORKDAY_NET}[${LOOK_BACK}:1h])`,
};

/** The scatter of a day as a part of the pace; few days say it badly, so it is widened as Student's t widens. */
const scatter = `stddev_over_time(${series.WORKDAY_NET}[${LOOK_BACK}:1h])
* ${on("project")}
(${series.WORKDAYS_SEEN} + 0.4)
/ ${on("project")}
(${series.WORKDAYS_SEEN} - 1)
/ ${on("project")}
${series.netPaceOf("28d")}`;

/** Of the days to come, and of the mean of the days that were. */
const days = `(
  1 / ${series.daysAtPaceOf("28d")}
  + ${OF_WORKSPACE}
  1 / ${series.workingDaysOf("28d")}
) ^ 0.5`;

const perWeekday = (window: "7d" | "28d") =>
  `${series.imagesOf("project", window)} / ${OF_WORKSPACE} ${series.workingDaysOf(window)}`;

const paused = `(
  (${series.imagesOf("project", "7d")} or ${on("project")} 0 * ${series.imagesOf("project", "28d")})
  / ${OF_WORKSPACE}
  (${series.workingDaysOf("7d")} >= ${RESTED_DAYS})
)
< ${on("project")}
${PAUSED} * ${perWeekday("28d")}`;

const lastHalf = sum("project", inWindow(series.PAIRS, "14d"));

const began = `${series.imagesOf("project", "28d")}
- ${on("project")}
${lastHalf}
< ${on("project")}
${SETTLED} * ${lastHalf}`;

const halfBand: RecordingRule = {
  comment:
    "Only where there is a forecast. Not with fewer than " +
    `${MINIMUM_DAYS} days with work in ${LOOK_BACK}, not in a pause, and not when the work began lately or its pace doubled: then the mean is not that of what comes.`,
  record: series.LOG_HALF_BAND,
  expr: `${Z90}
* (
${indented(scatter)}
)
* ${on("project")}
${days}
and ${on("project")}
count_over_time((${series.WORKDAY_IMAGES} > 0)[${LOOK_BACK}:1h]) >= ${MINIMUM_DAYS}
unless ${on("project")}
${block(paused)}
unless ${on("project")}
${block(began)}`,
};

/** Calendar days for each working day, as the 27 whole days of the last 28 had them. */
const CALENDAR_DAYS = `${OF_WORKSPACE} (27 / (${series.workingDaysOf("28d")} - ${on("workspace")} ${today} > 0))`;

const FACTORS = { p10: `exp(-1 * ${series.LOG_HALF_BAND})`, p90: `exp(${series.LOG_HALF_BAND})` } as const;
const BOUNDS = ["p10", "p50", "p90"] as const;

const lastBound = `${series.daysAtPaceOf("28d")} * ${on("project")} ${FACTORS.p90}`;

function forecastDays(bound: series.Bound): RecordingRule {
  const factor = bound === "p50" ? `(0 * ${series.LOG_HALF_BAND} + 1)` : FACTORS[bound];
  return {
    record: series.bare(series.forecastDaysOf(bound)),
    expr: `${series.daysAtPaceOf("28d")}
* ${on("project")}
${factor}
and ${on("project")}
${lastBound} * ${CALENDAR_DAYS} <= ${HORIZON_DAYS}`,
    labels: { bound },
  };
}

function forecastDone(bound: series.Bound): RecordingRule {
  return {
    record: series.bare(series.forecastDoneOf(bound)),
    expr: `${series.forecastDaysOf(bound)} * ${CALENDAR_DAYS} * 86400 + time()`,
    labels: { bound },
  };
}

/** When a project's images will all be labeled. */
export const forecast: RuleFile = {
  file: "recording-forecast.yml",
  comment:
    "When will a project be done? The images left, by those by which they become fewer on a working day of the last 28 days, uploads taken off. " +
    "The band comes from the scatter of the last 14 days: p10 is the day by which one project of ten is done, p90 that of nine of ten. " +
    "Where nothing can be said there is no series.\n\n" +
    CONVENTIONS,
  groups: [
    {
      name: "roboflow-forecast-counts",
      rules: [left, ...(["today", "7d", "28d", "all"] as const).map(uploaded), labeledEver],
    },
    { name: "roboflow-forecast-ratio", rules: [ratio, ofWorkday] },
    { name: "roboflow-forecast-paces", rules: [netPace("7d"), netPace("28d"), netOfWorkday] },
    { name: "roboflow-forecast-at-pace", rules: [daysAtPace("7d"), daysAtPace("28d"), daysSeen] },
    { name: "roboflow-forecast-band", rules: [halfBand] },
    { name: "roboflow-forecast-days", rules: BOUNDS.map(forecastDays) },
    { name: "roboflow-forecast-done", rules: BOUNDS.map(forecastDone) },
  ],
};
