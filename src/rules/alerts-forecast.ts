import { LEFT } from "../sources/metric-names.ts";
import { COUNT, polled, unlessFiltered, withNumber } from "./alert-parts.ts";
import { RESTED_DAYS } from "./forecast.ts";
import { named } from "./names.ts";
import { indented, on, once } from "./promql.ts";
import type { AlertRule, RuleFile } from "./rule-file.ts";
import * as series from "./series.ts";

const DEADLINE = once("project", LEFT.deadline);
const DAY = 86_400;
/** Deadlines nearer than this, in days, are missed by work that rests. */
const NEAR_DAYS = 28;

const early = series.forecastDoneOf("p10");

/** Over a weekend a forecast wanders by two days: the earliest of three days counts. */
const late = `${early} > ${on("project")} ${DEADLINE}
and ${on("project")}
min_over_time(${early}[3d:1h]) > ${on("project")} ${DEADLINE}`;

const over = `${DEADLINE} < time()`;

const rests = `${DEADLINE} < time() + ${NEAR_DAYS * DAY}
unless ${on("project")}
${series.imagesOf("project", "7d")} > 0
and ${on("workspace")}
${series.workingDaysOf("7d")} >= ${RESTED_DAYS}
${polled("7d")}
${unlessFiltered("labeler")}`;

const LABELS = ["workspace", "project"] as const;

const willMiss: AlertRule = {
  comment:
    "Late even by the early end of the band, over already, or near while nothing is done. Not when nothing is left, and " +
    "not where uploads outrun the work or the data is thin: then there is no forecast.",
  alert: "RoboflowProjectWillMissDeadline",
  expr: named(
    "project",
    `${series.IMAGES_LEFT} > 0
and ${on("project")}
(
${indented(late)}
  or ${on("project")}
  (
${indented(indented(over))}
  )
  or ${on("project")}
  (
${indented(indented(rests))}
  )
)`,
  ),
  for: "6h",
  labels: { severity: "warning", area: "output", tier: "ticket" },
  summary: `Project {{ $labels.project_name }}: ${COUNT} images left, too many for the deadline`,
  description: [
    `${COUNT} images are not labeled yet.`,
    withNumber("The deadline is NUMBER.", LEFT.deadline, LABELS, "instant"),
    withNumber(
      "At the pace of the last 7 days the work takes NUMBER more working days.",
      series.daysAtPaceOf("7d"),
      LABELS,
      "count",
    ),
    withNumber(
      "At the pace of the last 28 days the work takes NUMBER more working days.",
      series.forecastDaysOf("p50"),
      LABELS,
      "count",
    ),
    withNumber("One time in ten it is done by NUMBER.", early, LABELS, "instant"),
    withNumber("Nine times in ten it is done by NUMBER.", series.forecastDoneOf("p90"), LABELS, "instant"),
  ].join("\n"),
};

/** Alerts about the days on which projects will be done. */
export const forecastAlerts: RuleFile = {
  file: "alerts-forecast.yml",
  comment: "Alerts about deadlines. They read the recording rules, and a deadline of the exporter's configuration.",
  groups: [{ name: "roboflow-alerts-forecast", rules: [willMiss] }],
};
