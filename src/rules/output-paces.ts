import type { RecordingRule } from "./model.ts";
import {
  imagesOf,
  type Level,
  paceOf,
  presentBaselineOf,
  REST_PACE,
  weeklyBaselineOf,
  workingDaysOf,
} from "./output-series.ts";
import { block, indented, on } from "./promql.ts";

/** Images of the last 7 days; 0 for who worked in the 28 days and has no series in the 7. */
function lastWeek(level: Level): string {
  return block(`${imagesOf(level, "7d")}\nor ${on(level)}\n0 * ${imagesOf(level, "28d")}`);
}

/** Images of the last 7 days per working day, against those of a usual week in the 21 days before. */
function paceExpr(level: "project" | "workspace", images: string, usual: string): string {
  const perDay = level === "project" ? `/ ${on("workspace")} group_left ()` : `/ ${on("workspace")}`;
  return `(
${indented(images)}
  ${perDay} (${workingDaysOf("7d")} > 1)
)
/ ${on(level)}
(
  3 * ${usual.replaceAll("\n", "\n  ")}
  ${perDay} (${workingDaysOf("28d")} - ${on("workspace")} ${workingDaysOf("7d")} > 0)
  > 0
)`;
}

function pace(level: "project" | "workspace"): RecordingRule {
  return { record: paceOf(level), expr: paceExpr(level, lastWeek(level), presentBaselineOf(level, "7d")) };
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
  record: REST_PACE,
  expr: paceExpr(
    "project",
    rest(lastWeek("workspace"), lastWeek("project")),
    `(${rest(weeklyBaselineOf("workspace"), weeklyBaselineOf("project"))} >= ${SMALL_REST})`,
  ),
};

/** How fast work is, against the weeks before. */
export const PACES: readonly RecordingRule[] = [pace("project"), pace("workspace"), restPace];
