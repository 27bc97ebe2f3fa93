import { HEALTH_METRICS } from "../exposition/health.ts";
import { INFO, ROW, WORKSPACE } from "../sources/metric-names.ts";
import { type LocalClock, localClock } from "./local-time.ts";
import type { Parameters } from "./parameters.ts";
import { block, indented, inWindow, on, once, sum } from "./promql.ts";
import { CONVENTIONS, type RecordingRule, type RuleFile } from "./rule-file.ts";
import * as series from "./series.ts";

const WINDOWS = ["today", "7d", "14d", "28d"] as const;
const WORKDAY = "global:roboflow_workday:bool";
const WORKDAY_DONE = "global:roboflow_workday_done:ratio";
/** Of a day's hours, so much must be over before nothing means that nothing comes. */
const DUE_AFTER = 0.66;

/** From the exporter's calendar, where there is one. */
const CALENDAR_DAYS = HEALTH_METRICS.workingDays.name;
const CALENDAR_TIME = HEALTH_METRICS.workingTime.name;
function presence(window: "today" | "7d"): RecordingRule {
  return {
    record: series.bare(series.presenceOf(window)),
    expr: `clamp_min(
  1 - ${series.leaveDaysOf(window)}
  / ${on("workspace")} group_left ()
  (${once("workspace", inWindow(CALENDAR_DAYS, window))} > 0),
  0
)`,
    labels: { window },
  };
}

function ofPairs(): RecordingRule[] {
  return WINDOWS.map((window) => ({
    record: series.PAIRS,
    expr: `${once("project_labeler", inWindow(ROW.imagesLabeled, window))}
unless ${on("labeler")}
${once("labeler", `${INFO.labeler}{kind="system"}`)}`,
    labels: { window },
  }));
}

function pooled(level: series.OutputLevel): RecordingRule[] {
  const windows = WINDOWS.filter((window) => level === "labeler" || window !== "14d");
  return windows.map((window) => ({
    record: `${level}:${series.BY_HUMANS}:sum`,
    expr: sum(level, inWindow(series.PAIRS, window)),
    labels: { window },
  }));
}

const pairBaseline: RecordingRule = {
  comment:
    "Images per week in the 21 days before the last 7. Who did nothing in 7 days has no series there: that counts as 0.",
  record: series.weeklyBaselineOf("project_labeler"),
  expr: `(
  ${inWindow(series.PAIRS, "28d")}
  - ${on("project_labeler")}
  (${inWindow(series.PAIRS, "7d")} or ${on("project_labeler")} 0 * ${inWindow(series.PAIRS, "28d")})
)
/ 3`,
};

function weeklyBaseline(level: "project" | "workspace"): RecordingRule {
  return { record: series.weeklyBaselineOf(level), expr: sum(level, series.weeklyBaselineOf("project_labeler")) };
}

/** What of a pair's week can be expected of a person who may be on leave. */
const expected = (window: "today" | "7d") => `${series.weeklyBaselineOf("project_labeler")}
* ${on("labeler")} group_left ()
${series.presenceOf(window)}
or ${on("project_labeler")}
${series.weeklyBaselineOf("project_labeler")}`;

function presentBaseline(level: "project" | "workspace", window: "today" | "7d"): RecordingRule {
  const worked = `${block(expected(window))}\nand ${on("labeler")}\n${series.imagesOf("labeler", "7d")} > 0`;
  const expr = level === "project" && window === "7d" ? worked : expected(window);
  return {
    record: series.bare(series.presentBaselineOf(level, window)),
    expr: sum(level, `\n${indented(expr)}\n`),
    labels: { window },
  };
}

/** The part of today's working hours that is over, by the parameters' week. */
function fallbackDay({ workday: { weekdays, from, to } }: Parameters, { time }: LocalClock): RecordingRule[] {
  const isOn = weekdays.map((day) => `(day_of_week(${time}) == bool ${day})`).join(" + ");
  const hour = `(hour(${time}) + minute(${time}) / 60)`;
  return [
    {
      comment:
        "The week of workspaces without a calendar in the exporter's configuration: weekdays and hours are parameters. " +
        "It knows no holidays.",
      record: WORKDAY,
      expr: isOn,
    },
    {
      record: WORKDAY_DONE,
      expr: `(${isOn}) * clamp((${hour} - ${from}) / ${to - from}, 0, 1)`,
    },
    {
      record: series.OFFICE_HOURS,
      expr: `(${isOn}) * (${hour} >= bool ${from}) * (${hour} < bool ${to})`,
    },
  ];
}

/** A vector with one element per workspace, to hang a global value on. */
const EACH_WORKSPACE = `group by (workspace) (${inWindow(WORKSPACE.imagesLabeled, "7d")} or ${inWindow(ROW.imagesLabeled, "28d")})`;

function workingDays(window: "today" | "7d" | "14d" | "28d", { workday }: Parameters): RecordingRule {
  const weeks = { today: 0, "7d": 1, "14d": 2, "28d": 4 }[window];
  const whole = weeks * workday.weekdays.length;
  const fallback = window === "today" ? WORKDAY_DONE : `${whole} - ${WORKDAY} + ${WORKDAY_DONE}`;
  return {
    record: "workspace:roboflow_working_days:count",
    expr: `${once("workspace", inWindow(CALENDAR_DAYS, window))}
or ${on("workspace")}
${EACH_WORKSPACE} * on () group_left () (${fallback})`,
    labels: { window },
  };
}

const workDue: RecordingRule = {
  comment: `1 during working hours once ${DUE_AFTER * 100} % of the day's are over.`,
  record: series.WORK_DUE,
  expr: `(${once("workspace", CALENDAR_TIME)} == bool 1)
* ${on("workspace")}
(${series.workingDaysOf("today")} >= bool ${DUE_AFTER})
or ${on("workspace")}
(${series.workingDaysOf("today")} >= bool ${DUE_AFTER})
* ${on("workspace")}
(${series.workingDaysOf("today")} < bool 1)`,
};

/** Images of the last 7 days; 0 for who worked in the 28 days and has no series in the 7. */
function lastWeek(level: series.OutputLevel): string {
  return block(`${series.imagesOf(level, "7d")}\nor ${on(level)}\n0 * ${series.imagesOf(level, "28d")}`);
}

/** Images of the last 7 days per working day, against those of a usual week in the 21 days before. */
function paceExpr(level: "project" | "workspace", images: string, usual: string): string {
  const perDay = level === "project" ? `/ ${on("workspace")} group_left ()` : `/ ${on("workspace")}`;
  return `(
${indented(images)}
  ${perDay} (${series.workingDaysOf("7d")} > 1)
)
/ ${on(level)}
(
  3 * ${usual.replaceAll("\n", "\n  ")}
  ${perDay} (${series.workingDaysOf("28d")} - ${on("workspace")} ${series.workingDaysOf("7d")} > 0)
  > 0
)`;
}

function pace(level: "project" | "workspace"): RecordingRule {
  return {
    record: series.paceOf(level),
    expr: paceExpr(level, lastWeek(level), series.presentBaselineOf(level, "7d")),
  };
}

/** A usual week of the rest that is too small to say how the rest does. */
const SMALL_REST = 100;

const rest = (workspace: string, project: string) => `(
${indented(workspace)}
  - ${on("workspace")} group_right ()
${indented(project)}
)`;

const restPace: RecordingRule = {
  comment:
    "A holiday that no calendar knows shows in the rest of the workspace, too. Nothing where the rest is small: then the " +
    "whole is the better measure.",
  record: series.REST_PACE,
  expr: paceExpr(
    "project",
    rest(lastWeek("workspace"), lastWeek("project")),
    `(${rest(series.weeklyBaselineOf("workspace"), series.weeklyBaselineOf("project"))} >= ${SMALL_REST})`,
  ),
};

/** How fast work is, against the weeks before. */
const PACES: readonly RecordingRule[] = [pace("project"), pace("workspace"), restPace];

const PRESENT =
  "The same, of the people who are there: those who are away take their work with them. Leave is known of people who are " +
  "listed in the exporter's calendar.";

const BASELINES: readonly RecordingRule[] = [
  weeklyBaseline("project"),
  weeklyBaseline("workspace"),
  { ...presentBaseline("project", "7d"), comment: PRESENT },
  presentBaseline("workspace", "7d"),
  presentBaseline("project", "today"),
  presentBaseline("workspace", "today"),
  workDue,
];

/** Output of people. */
export function output(parameters: Parameters): RuleFile {
  const clock = localClock(parameters.workday.timezone);
  return {
    file: "recording-output.yml",
    comment:
      "Output of people: system labelers (auto label) work in bursts that would hide or fake a drop. The counts are work " +
      "done, an image counts once per labeler and day; they add up over days, unlike the unique images of a workspace.\n\n" +
      CONVENTIONS,
    groups: [
      ...clock.groups,
      {
        name: "roboflow-output-pairs",
        rules: [...ofPairs(), ...fallbackDay(parameters, clock), presence("today"), presence("7d")],
      },
      {
        name: "roboflow-output-pooled",
        rules: [
          ...pooled("labeler"),
          ...pooled("project"),
          ...pooled("workspace"),
          ...WINDOWS.map((window) => workingDays(window, parameters)),
          pairBaseline,
        ],
      },
      {
        name: "roboflow-output-baselines",
        rules: BASELINES,
      },
      { name: "roboflow-output-paces", rules: PACES },
    ],
  };
}
