import { WINDOWS } from "./approval-scores.ts";
import type { Parameters } from "./parameters.ts";
import { indented, type Level, LEVELS, on } from "./promql.ts";
import type { RecordingRule } from "./rule-file.ts";
import * as series from "./series.ts";

// What alerts and dashboards read: one number that says how sure it is that a share fell, or is below its target.

const PAIR = "project_labeler";
type Kind = "fall" | "target";

/** Ends an alert when the last days are good again: the longer windows still remember what is over. */
const RECOVERED = { within: 0.02, decisions: 10 };

/** Nothing where the last days are good again. */
function unlessGoodAgain(level: Level, kind: Kind): string {
  const share = series.shareOf(level, "7d");
  const many = level === PAIR ? `${on("project")} group_left ()` : on(level);
  const recovered =
    kind === "fall"
      ? `${series.expectedOf(level, "7d")} - ${share} < ${RECOVERED.within}`
      : `${share} >= ${many} ${series.targetOf(level, "7d")}`;
  return `unless ${on(level)}
(
  ${recovered}
  and ${on(level)}
  ${series.reviewedOf(level, "7d")} >= ${RECOVERED.decisions}
)`;
}

/**
 * What a score is worth when it is one of a person's k projects: the strongest of k is strong by chance more often. The
 * tail of the normal distribution falls as exp(-z^2 / 2), so a k-th of its probability is at z^2 + 2 ln k (Bonferroni).
 */
function oneOfSeveral(score: string, minimum: number): string {
  const projects = `count by (${LEVELS.labeler}) (${series.reviewedOf(PAIR, "28d")} >= ${minimum})`;
  return `sqrt(
  clamp_min(
    clamp_min(
${indented(indented(indented(score)))},
      0
    ) ^ 2
    - ${on("labeler")} group_left ()
    2 * ln(${projects}),
    0
  )
)`;
}

function evidenceOf(level: Level, kind: Kind, minimum: number): RecordingRule {
  const strongest = `max by (${LEVELS[level]}) (
  ${WINDOWS.map((window) => series.scoreOf(level, kind, window)).join("\n  or ")}
)`;
  const expr = level === PAIR ? oneOfSeveral(strongest, minimum) : strongest;
  return { record: series.evidenceOf(level, kind), expr: `${expr}\n${unlessGoodAgain(level, kind)}` };
}

/**
 * One number per unit and kind: the strongest score of the windows, nothing where the last days are good again. A person in
 * many projects is looked at in each of them, so one of them must show more.
 */
export function evidence({ minimumDecisions: { labelerFell, labelerBelowTarget } }: Parameters): RecordingRule[] {
  return ([PAIR, ...series.POOLED] as const).flatMap((level) => [
    evidenceOf(level, "fall", labelerFell),
    evidenceOf(level, "target", labelerBelowTarget),
  ]);
}
