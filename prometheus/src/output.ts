import { HEALTH_METRICS } from "../../src/exposition/health-metrics.ts";
import { CONVENTIONS } from "./conventions.ts";
import { INFO, ROW, WORKSPACE } from "./metric-names.ts";
import type { RecordingRule, RuleFile } from "./model.ts";
import type { Parameters } from "./parameters.ts";
import { block, indented, inWindow, LEVELS, on, once, sum } from "./promql.ts";

const WINDOWS = ["today", "7d", "14d", "28d"] as const;

/** Images that people labeled; add a level before it and an operation behind it. */
const BY_HUMANS = `${ROW.imagesLabeled}_by_humans`;
const PAIRS = `project_labeler:${BY_HUMANS}:max`;

type Level = "labeler" | "project" | "workspace";

/** Images that people labeled in a window. */
export const imagesOf = (level: Level, window: string) => inWindow(`${level}:${BY_HUMANS}:sum`, window);
/** Images per week of five days in the 21 days before the last 7. */
export const weeklyBaselineOf = (level: Level) => `${level}:${BY_HUMANS}:weekly_baseline21d`;
/** The same, of those alone who worked in the last 7 days: who is away for a week is no reason to expect their work. */
export const PRESENT_BASELINE = `project:${BY_HUMANS}:weekly_baseline21d_present`;
/** Images per working day of the last 7 days, as a part of those of the 21 days before. */
export const paceOf = (level: "project" | "workspace") => `${level}:${BY_HUMANS}:pace_ratio`;
/** Working days in a window, with the part of today's hours that is over. */
export const workingDaysOf = (window: string) => inWindow("workspace:roboflow_working_days:count", window);
/** 1 while people work and some work of the day must be visible already. */
export const WORK_DUE = "workspace:roboflow_work_due:bool";
/** 1 during the hours of work of the parameters' week. */
export const OFFICE_HOURS = "global:roboflow_office_hours:bool";
const WORKDAY = "global:roboflow_workday:bool";
const WORKDAY_DONE = "global:roboflow_workday_done:ratio";
/** Of a day's hours, so much must be over before nothing means that nothing comes. */
const DUE_AFTER = 0.66;

/** From the exporter's calendar, where there is one. */
const CALENDAR_DAYS = HEALTH_METRICS.workingDays.name;
const CALENDAR_TIME = HEALTH_METRICS.workingTime.name;

function ofPairs(): RecordingRule[] {
  return WINDOWS.map((window) => ({
    record: PAIRS,
    expr: `${once("project_labeler", inWindow(ROW.imagesLabeled, window))}
unless ${on("labeler")}
${once("labeler", `${INFO.labeler}{kind="system"}`)}`,
    labels: { window },
  }));
}

function pooled(level: Level): RecordingRule[] {
  const windows = WINDOWS.filter((window) => level === "labeler" || window !== "14d");
  return windows.map((window) => ({
    record: `${level}:${BY_HUMANS}:sum`,
    expr: sum(level, inWindow(PAIRS, window)),
    labels: { window },
  }));
}

/** Images of the last 7 days; 0 for who worked in the 28 days and has no series in the 7. */
export function lastWeek(level: Level): string {
  return block(`${imagesOf(level, "7d")}\nor ${on(level)}\n0 * ${imagesOf(level, "28d")}`);
}

function weeklyBaseline(level: "project" | "workspace"): RecordingRule {
  return {
    record: weeklyBaselineOf(level),
    expr: `(
  ${imagesOf(level, "28d")}
  - ${on(level)}
${indented(lastWeek(level))}
)
/ 3`,
  };
}

const presentBaseline: RecordingRule = {
  comment: "The same, of the people who worked in the last 7 days: those who are away take their work with them.",
  record: PRESENT_BASELINE,
  expr: `${sum(
    "project",
    `
  (
    ${inWindow(PAIRS, "28d")}
    - on (${LEVELS.project_labeler})
    (${inWindow(PAIRS, "7d")} or on (${LEVELS.project_labeler}) 0 * ${inWindow(PAIRS, "28d")})
  )
  and ${on("labeler")}
  ${imagesOf("labeler", "7d")} > 0
`,
  )}
/ 3`,
};

/** The part of today's working hours that is over, by the parameters' week. */
function fallbackDay({ workday: { weekdays, from, to, utcOffset } }: Parameters): RecordingRule[] {
  const shift = utcOffset === 0 ? "" : `vector(time() + ${utcOffset * 3600})`;
  const isOn = weekdays.map((day) => `(day_of_week(${shift}) == bool ${day})`).join(" + ");
  const hour = `(hour(${shift}) + minute(${shift}) / 60)`;
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
      record: OFFICE_HOURS,
      expr: `(${isOn}) * (hour(${shift}) >= bool ${from}) * (hour(${shift}) < bool ${to})`,
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
  record: WORK_DUE,
  expr: `(${once("workspace", CALENDAR_TIME)} == bool 1)
* ${on("workspace")}
(${workingDaysOf("today")} >= bool ${DUE_AFTER})
or ${on("workspace")}
(${workingDaysOf("today")} >= bool ${DUE_AFTER})
* ${on("workspace")}
(${workingDaysOf("today")} < bool 1)`,
};

function pace(level: "project" | "workspace"): RecordingRule {
  const days = (expr: string) =>
    level === "project" ? `${on("workspace")} group_left () ${expr}` : `${on("workspace")} ${expr}`;
  return {
    record: paceOf(level),
    expr: `(
${indented(lastWeek(level))}
  / ${days(`(${workingDaysOf("7d")} > 1)`)}
)
/ ${on(level)}
(
  3 * ${level === "project" ? PRESENT_BASELINE : weeklyBaselineOf(level)}
  / ${days(`(${workingDaysOf("28d")} - ${on("workspace")} ${workingDaysOf("7d")} > 0)`)}
  > 0
)`,
  };
}

/** Output of people. */
export function output(parameters: Parameters): RuleFile {
  const windows = ["today", "7d", "14d", "28d"] as const;
  return {
    file: "recording-output.yml",
    comment:
      "Output of people: system labelers (auto label) work in bursts that would hide or fake a drop. The counts are work " +
      "done, an image counts once per labeler and day; they add up over days, unlike the unique images of a workspace.\n\n" +
      CONVENTIONS,
    groups: [
      { name: "roboflow-output-pairs", rules: [...ofPairs(), ...fallbackDay(parameters)] },
      {
        name: "roboflow-output-pooled",
        rules: [
          ...pooled("labeler"),
          ...pooled("project"),
          ...pooled("workspace"),
          ...windows.map((window) => workingDays(window, parameters)),
        ],
      },
      {
        name: "roboflow-output-baselines",
        rules: [
          {
            ...weeklyBaseline("project"),
            comment:
              "Images per week in the 21 days before the last 7. Who did nothing in 7 days has no series there: that counts as 0.",
          },
          weeklyBaseline("workspace"),
          presentBaseline,
          workDue,
        ],
      },
      { name: "roboflow-output-paces", rules: [pace("project"), pace("workspace")] },
    ],
  };
}
