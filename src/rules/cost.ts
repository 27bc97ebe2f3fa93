import { INFO, TIME_SPENT } from "../sources/metric-names.ts";
import { indented, inWindow, ofPersons, on, once } from "./promql.ts";
import { CONVENTIONS, type RecordingRule, type RuleFile } from "./rule-file.ts";
import * as series from "./series.ts";

const WINDOWS = ["28d"] as const;
/** A handful of images says nothing of what the next one will cost. */
const MINIMUM_IMAGES = 20;
const SECONDS_PER_HOUR = 3600;

const COUNTS = {
  project: { seconds: TIME_SPENT.projectSeconds, images: TIME_SPENT.projectImages },
  labeler: { seconds: TIME_SPENT.labelerSeconds, images: TIME_SPENT.labelerImages },
} as const;

/** Programs cost no hours. */
const UNLESS_SYSTEM = `unless ${on("labeler")}
${once("labeler", `${INFO.labeler}{kind="system"}`)}`;

function costs(level: keyof typeof COUNTS): RecordingRule[] {
  const { seconds, images } = COUNTS[level];
  const counted = (metric: string, window: string) => once(level, ofPersons(level, inWindow(metric, window)));
  return WINDOWS.map((window) => ({
    record: series.bare(series.costPerImageOf(level, window)),
    expr: `(
${indented(`(${counted(seconds, window)} > 0) / ${SECONDS_PER_HOUR}
* ${on("workspace")} group_left ()
${once("workspace", TIME_SPENT.costPerHour)}`)}
)
/ ${on(level)}
(${counted(images, window)} >= ${MINIMUM_IMAGES})${level === "labeler" ? `\n${UNLESS_SYSTEM}` : ""}`,
    labels: { window },
  }));
}

/** What an image costs. */
export const cost: RuleFile = {
  file: "recording-cost.yml",
  comment: `What labeling an image costs, where the exporter's configuration has cost_per_hour: the time spent, and the images as the same endpoint counts them. Not with fewer than ${MINIMUM_IMAGES} images in the window. ${CONVENTIONS}`,
  groups: [{ name: "roboflow-cost", rules: [...costs("project"), ...costs("labeler")] }],
};
