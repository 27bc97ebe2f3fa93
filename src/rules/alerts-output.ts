import { ROW } from "../sources/metric-names.ts";
import { COUNT, PERCENT, polled, unlessFiltered, withNumber } from "./alert-parts.ts";
import { named } from "./names.ts";
import { indented, LEVELS, ofPersons, on } from "./promql.ts";
import type { AlertRule, RuleFile } from "./rule-file.ts";
import * as output from "./series.ts";

type Level = "project" | "workspace";

const LABELS = {
  workspace: ["workspace"],
  project: ["workspace", "project"],
  labeler: ["workspace", "labeler"],
} as const;
const WHERE = {
  project: "Project {{ $labels.project_name }}",
  workspace: "Workspace {{ $labels.workspace }}",
} as const;
const NAME = { project: "RoboflowProject", workspace: "RoboflowWorkspace" } as const;

/** Under which filters the sentence about a level's output would be false. */
const seen = (level: Level) => (level === "project" ? unlessFiltered("labeler") : unlessFiltered("project", "labeler"));

/** A pace below this is a drop; people on leave and holidays at the edge of a window come near to half. */
const DROPPED = 0.4;

/** The pace of the rest of the workspace, or else of the whole, where it is lower than usual: a holiday is not a project's. */
const REST = `clamp_max(
  ${output.REST_PACE}
  or ${on("project")}
  ${output.paceOf("workspace")} * ${on("workspace")} group_right () group by (${LEVELS.project}) (${output.paceOf("project")}),
  1
)`;

/** There was work today, or yesterday by this hour: a project without any has ended or stopped, and did not drop. */
const worked = `and ${on("project")}
(
  ${output.imagesOf("project", "today")} > 0
  or ${on("project")}
  ${output.imagesOf("project", "today")} offset 1d > 0
)
`;

function dropped(level: Level, least: number, severity: "info" | "warning"): AlertRule {
  const pace = output.paceOf(level);
  const limit = level === "project" ? `< ${on("project")}\n${DROPPED} * ${REST}` : `< ${DROPPED}`;
  const expr = `round(
  (
    ${pace}
    ${limit.replaceAll("\n", "\n    ")}
  ),
  0.01
)
and ${on(level)}
${output.weeklyBaselineOf(level)} >= ${least}
${level === "project" ? worked : ""}${polled("7d")}
${seen(level)}`;
  return {
    alert: `${NAME[level]}ThroughputDropped`,
    expr: named(level, expr),
    for: "6h",
    // Over a weekend there is no work to see.
    keepFiringFor: level === "project" ? "3d" : "1d",
    labels: { severity, area: "output", tier: severity === "info" ? "digest" : "ticket" },
    summary: `${WHERE[level]}: people label ${PERCENT} of what they usually do`,
    description: [
      `${PERCENT} of the usual images per working day were labeled in the last 7 days.`,
      withNumber(
        "The 21 days before had NUMBER images per week.",
        output.weeklyBaselineOf(level),
        LABELS[level],
        "count",
      ),
      level === "project"
        ? "People who did nothing in any project in these days are left out, and so is what the rest of the workspace did less."
        : "A holiday that the exporter's calendar does not know looks the same.",
    ].join("\n"),
  };
}

/** Was firing an hour ago, and nothing has been labeled since: stays until work goes on, or for a week. */
function remembered(alert: string, level: Level): string {
  return `or ${on(level)}
${output.imagesOf(level, "7d")}
and ${on(level)}
ALERTS{alertname="${alert}",alertstate="firing"} offset 1h`;
}

/**
 * A day of a usual week is a fifth of it; of that, so much is still usual. A workspace does not end as a project does.
 */
const USUAL_DAY = { project: 0.13, workspace: 0.05 } as const;
/** Images by the same hour that make a weekday one of work. */
const DUE_IMAGES = 10;

/** Before today the pace was usual: what fades out has ended, and did not stop. */
function wasUsual(level: Level): string {
  const group = level === "project" ? " group_left ()" : "";
  return `${output.imagesOf(level, "7d")}
/ ${on("workspace")}${group}
(${output.workingDaysOf("7d")} - ${on("workspace")} ${output.workingDaysOf("today")} > 0)
>= ${on(level)}
${USUAL_DAY[level]} * ${output.weeklyBaselineOf(level)}`;
}

/** On this weekday there was work by this hour in one of the two weeks before: part time does not count as a stop. */
function sameWeekday(level: Level): string {
  const today = output.imagesOf(level, "today");
  return `(
  ${today} offset 7d >= ${DUE_IMAGES}
  or ${on(level)}
  ${today} offset 14d >= ${DUE_IMAGES}
)`;
}

function stopped(level: Level, least: number, severity: "info" | "warning"): AlertRule {
  const alert = `${NAME[level]}LabelingStopped`;
  const others = `and ${on("workspace")}\n${output.imagesOf("workspace", "today")} > 0`;
  const expr = `(
  ${output.imagesOf(level, "7d")} >= 50
  and ${on(level)}
  ${output.presentBaselineOf(level, "today")} >= ${least}
  and ${on(level)}
${indented(wasUsual(level))}
  and ${on(level)}
${indented(sameWeekday(level))}
  and ${on("workspace")}
  ${output.WORK_DUE} == 1
${level === "project" ? indented(others) : ""}
${indented(remembered(alert, level))}
)
unless ${on(level)}
${output.imagesOf(level, "today")} > 0
${polled("today")}
${seen(level)}`.replaceAll(/\n+/g, "\n");
  return {
    alert,
    expr: named(level, expr),
    for: "30m",
    labels: { severity, area: "output", tier: severity === "info" ? "digest" : "ticket" },
    summary: `${WHERE[level]}: no image labeled today, after ${COUNT} images in 7 days`,
    description: [
      `No person has labeled an image since the last working day; ${COUNT} images are from the 7 days that end today.`,
      level === "project"
        ? "Other projects of the workspace have work of today."
        : "A holiday that the exporter's calendar does not know looks the same.",
      "The message ends when somebody labels again, or after a week.",
    ].join("\n"),
  };
}

/** Working days without an image, leave left out, that make a person idle. */
const IDLE_DAYS = 8;

const idle: AlertRule = {
  comment:
    "Not for who was on leave for most of a week of it. Not while the whole workspace rests, or without the window 14d: in the first case RoboflowWorkspaceThroughputDropped says so. Not under a filter by project: " +
    "the work elsewhere is not seen.",
  alert: "RoboflowLabelerIdle",
  expr: named(
    "labeler",
    `${ofPersons("labeler", output.imagesOf("labeler", "28d"))} >= 20
unless ${on("labeler")}
(${output.imagesOf("labeler", "14d")} > 0 or ${output.imagesOf("labeler", "7d")} > 0)
and ${on("workspace")}
group by (workspace) (${output.imagesOf("labeler", "14d")} > 0)
and ${on("workspace")}
${output.workingDaysOf("14d")} >= ${IDLE_DAYS}
unless ${on("labeler")}
(
  ${output.workingDaysOf("14d")}
  - ${on("workspace")} group_right ()
  ${output.leaveDaysOf("14d")}
  < ${IDLE_DAYS}
)
${unlessFiltered("project")}`,
  ),
  for: "4d",
  keepFiringFor: "1d",
  labels: { severity: "info", area: "output", tier: "digest" },
  summary: `{{ $labels.labeler_name }}: no image labeled for 14 days, after ${COUNT} before`,
  description: [
    `No image was labeled in any project in the last 14 days, after ${COUNT} images in the 14 days before.`,
    "It says nothing about other work, such as review, and nothing about why: leave that the exporter's calendar does not know looks the same.",
  ].join("\n"),
};

const reviewed = (window: string) => `project:roboflow_images_reviewed:sum{window="${window}"}`;
const labeled = (window: string) => `project:${ROW.imagesLabeled}:sum{window="${window}"}`;

const unreviewed: AlertRule = {
  comment:
    "The API does not say how many images wait for review. Known are work done and decisions taken: a project whose reviews " +
    "used to keep pace and now do less than 0.4 of that, while at least 100 more images were labeled than decided on.",
  alert: "RoboflowProjectReviewBacklog",
  expr: named(
    "project",
    `${labeled("7d")}
- ${on("project")}
(${reviewed("7d")} or ${on("project")} 0 * ${reviewed("28d")})
>= 100
and ${on("project")}
(
  (${reviewed("7d")} or ${on("project")} 0 * ${reviewed("28d")})
  / ${on("project")}
  ${labeled("7d")}
  < ${on("project")}
  0.4 * project:roboflow_images_reviewed:baseline21d / project:${ROW.imagesLabeled}:baseline21d
)
and ${on("project")}
project:roboflow_images_reviewed:baseline21d >= 50
${unlessFiltered("labeler")}`,
  ),
  for: "6h",
  keepFiringFor: "1d",
  labels: { severity: "info", area: "output", tier: "digest" },
  summary: `Project {{ $labels.project_name }}: ${COUNT} more images labeled than reviewed in 7 days`,
  description: [
    `${COUNT} more images were labeled than review decisions taken in the last 7 days.`,
    "Decisions per labeled image are less than 0.4 of what they were in the 21 days before.",
  ].join("\n"),
};

/** Alerts about the amount of work. */
export const outputAlerts: RuleFile = {
  file: "alerts-output.yml",
  comment:
    "Alerts about the amount of work. They read the recording rules and need the windows today, 7d, 14d and 28d.\n\n" +
    "Who did nothing in a window has no series there. So stopped and idle are written with unless, and only while the " +
    "workspace shows that the window is polled at all.",
  groups: [
    {
      name: "roboflow-alerts-output",
      rules: [
        dropped("workspace", 200, "warning"),
        dropped("project", 100, "info"),
        stopped("workspace", 50, "warning"),
        stopped("project", 50, "info"),
        idle,
        unreviewed,
      ],
    },
  ],
};
