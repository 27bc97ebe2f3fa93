import { INFO, ROW } from "../../grafana/src/metric-names.ts";
import { CONVENTIONS } from "./conventions.ts";
import type { RecordingRule, RuleFile } from "./model.ts";
import { block, indented, inWindow, LEVELS, on, once, sum } from "./promql.ts";

const WINDOWS = ["today", "7d", "28d"] as const;

/** Images that people labeled; add a level before it and an operation behind it. */
export const BY_HUMANS = `${ROW.imagesLabeled}_by_humans`;
export const PAIRS = `project_labeler:${BY_HUMANS}:max`;

/** 1 in the hours in which work of the day must be visible. */
export const WORKING_HOURS = "global:roboflow_working_hours:bool";

function ofPairs(): RecordingRule[] {
  return WINDOWS.map((window) => ({
    record: PAIRS,
    expr: `${once("project_labeler", inWindow(ROW.imagesLabeled, window))}
unless ${on("labeler")}
${once("labeler", `${INFO.labeler}{kind="system"}`)}`,
    labels: { window },
  }));
}

function pooled(level: "labeler" | "project" | "workspace"): RecordingRule[] {
  const windows = level === "labeler" ? WINDOWS.slice(1) : WINDOWS;
  return windows.map((window) => ({
    record: `${level}:${BY_HUMANS}:sum`,
    expr: sum(level, inWindow(PAIRS, window)),
    labels: { window },
  }));
}

/** Images of the last 7 days; 0 for who worked in the 28 days and has no series in the 7. */
export function lastWeek(level: "project" | "workspace"): string {
  const images = `${level}:${BY_HUMANS}:sum`;
  return block(`${inWindow(images, "7d")}
or ${on(level)}
0 * ${inWindow(images, "28d")}`);
}

function weeklyBaseline(level: "project" | "workspace"): RecordingRule {
  return {
    record: `${level}:${BY_HUMANS}:weekly_baseline21d`,
    expr: `(
  ${inWindow(`${level}:${BY_HUMANS}:sum`, "28d")}
  - on (${LEVELS[level]})
${indented(lastWeek(level))}
)
/ 3`,
  };
}

/** Output of people. */
export const output: RuleFile = {
  file: "recording-output.yml",
  comment:
    "Output of people: system labelers (auto label) work in bursts that would hide or fake a drop. The counts are work " +
    "done, an image counts once per labeler and day; they add up over days, unlike the unique images of a workspace.\n\n" +
    CONVENTIONS,
  groups: [
    { name: "roboflow-output-pairs", rules: ofPairs() },
    {
      name: "roboflow-output-pooled",
      rules: [...pooled("labeler"), ...pooled("project"), ...pooled("workspace")],
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
        {
          comment:
            "1 when some work of the day must have been done already: Monday to Friday, 15:00 to 18:00 UTC. The one place to " +
            "change for another time zone or week. Both ends must lie within one calendar day of the exporter's poll.timezone.",
          record: WORKING_HOURS,
          expr: "(day_of_week() >= bool 1) * (day_of_week() <= bool 5) * (hour() >= bool 15) * (hour() < bool 18)",
        },
      ],
    },
  ],
};
