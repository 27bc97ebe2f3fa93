import { unlessFiltered } from "./alert-parts.ts";
import { FORECAST_PACES, OF_WORKSPACE } from "./forecast-paces.ts";
import { block, indented, inWindow, on, sum } from "./promql.ts";
import { CONVENTIONS, type RecordingRule, type RuleFile } from "./rule-file.ts";
import * as series from "./series.ts";

/** How far the rules look back, in Prometheus's words: what a retention of two weeks and more has. */
const LOOK_BACK = "14d";
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

const today = series.workingDaysOf("today");

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
    ...FORECAST_PACES,
    { name: "roboflow-forecast-at-pace", rules: [daysAtPace("7d"), daysAtPace("28d"), daysSeen] },
    { name: "roboflow-forecast-band", rules: [halfBand] },
    { name: "roboflow-forecast-days", rules: BOUNDS.map(forecastDays) },
    { name: "roboflow-forecast-done", rules: BOUNDS.map(forecastDone) },
  ],
};
