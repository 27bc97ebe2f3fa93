import { INFO, ROW } from "../sources/metric-names.ts";
import { inWindow, type Level, LEVELS } from "./promql.ts";
import type { RecordingRule, RuleFile } from "./rule-file.ts";

/** Where a name is joined from. */
export const NAMES = {
  labeler: `labeler:${INFO.labeler}:one_name`,
  project: `project:${INFO.project}:one_name`,
} as const;

/** What is joined from an info series: the name, and for labelers the team where the configuration has teams. */
const JOINED = { labeler: "labeler_name, team", project: "project_name" } as const;

/** The newest name of each id, as the API has it. */
function ownName(id: "labeler" | "project"): string {
  const labels = LEVELS[id];
  return `topk by (${labels}) (1, max by (${labels}, ${JOINED[id]}) (${INFO[id]}{${id}_name!=""}))`;
}

/** Names that several ids of a workspace have, with the end of the id behind each: `Kim Lee (…4hZk2p)`. */
function sharedName(id: "labeler" | "project"): string {
  const [labels, name] = [LEVELS[id], `${id}_name`];
  const own = ownName(id);
  return `max by (${labels}, ${JOINED[id]}) (
  label_join(
    label_replace(
      ${own}
      and on (workspace, ${name})
      count by (workspace, ${name}) (${own}) > 1,
      "id_end", "(…$1)", "${id}", ".*?(.{1,6})"
    ),
    "${name}", " ", "${name}", "id_end"
  )
)`;
}

function oneName(id: "labeler" | "project"): RecordingRule {
  const labels = LEVELS[id];
  return {
    record: NAMES[id],
    expr: `${sharedName(id)}
or on (${labels})
${ownName(id)}
or on (${labels})
label_replace(
  group by (${labels}) (
    ${inWindow(ROW.imagesLabeled, "28d")}
    or ${inWindow(ROW.imagesLabeled, "7d")}
    or ${inWindow(ROW.approved, "7d")}
  ),
  "${id}_name", "$1", "${id}", "(.*)"
)`,
  };
}

/** One name per id. */
export const names: RuleFile = {
  file: "recording-names.yml",
  comment:
    "One name per id, and for labelers one team, so that a join finds exactly one series also while two replicas disagree after a rename.\n" +
    "Ids of a workspace that share a name are distinguished by the end of the id. " +
    "Without an info metric (dropped by limits.series, or not there yet) the id stands in for the name.",
  groups: [{ name: "roboflow-names", rules: [oneName("labeler"), oneName("project")] }],
};

/** Adds `project_name`, `labeler_name` or both to an expression of the level. */
export function named(level: Level, expr: string): string {
  const project = `* on (${LEVELS.project}) group_left (project_name)\n${NAMES.project}`;
  const labeler = `* on (${LEVELS.labeler}) group_left (labeler_name)\n${NAMES.labeler}`;
  const joins = { workspace: [], project: [project], labeler: [labeler], project_labeler: [project, labeler] }[level];
  const wrapped = joins.length === 0 ? expr : `(\n${expr.replaceAll(/^(?=.)/gm, "  ")}\n)`;
  return [wrapped, ...joins].join("\n");
}
