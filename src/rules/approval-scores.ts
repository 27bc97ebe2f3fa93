import { JUDGED_WINDOWS, type JudgedWindow, type Parameters } from "./parameters.ts";
import { type Level, on, sumOfWindow } from "./promql.ts";
import type { Group, RecordingRule } from "./rule-file.ts";
import * as series from "./series.ts";

/*
 * Evidence that a share fell, or is below its target, when days differ by more than chance.
 *
 * Of n images that one person had reviewed on several days, those of one day are alike. Were they independent, the
 * share's variance would be p(1 - p) / n; it is that times 1 + rho (n / days - 1), the design effect of cluster sampling
 * (Kish 1965). A fall is measured on the arcsine scale, where the variance does not depend on p (Anscombe 1948).
 *
 * What is expected of a person is the person's own past before the window, drawn towards the project's by as much as
 * PRIOR decisions. The past is the window all minus the window judged: a past of 21 days would itself hold the fall
 * after a week.
 */

const PAIR = "project_labeler";
/** The windows in which approvals are judged. */
export const WINDOWS: readonly JudgedWindow[] = ["7d", "14d", "28d"];
/** So many decisions is a project's past worth next to a person's own. */
const PRIOR = 30;
/** A project without a past starts at 19 of 20. */
const START = { approved: 19, reviewed: 20 };
/** Working days of the past over which its decisions are spread, for its design effect. */
const PAST_DAYS = 60;
/** Nearer to 1, a single rejection would be evidence. */
const HIGHEST = 0.985;
/** Decisions of the past without which a person cannot fall. */
const PAST_DECISIONS = 20;
/** Share of the people's working days that is worked: the rest is leave, illness and part time. */
const PRESENCE = 0.9;
/** Smaller falls are of no interest, however sure. */
const SMALLEST_FALL = {
  project_labeler: { "7d": 0.05, "14d": 0.05, "28d": 0.03 },
  labeler: { "7d": 0.05, "14d": 0.05, "28d": 0.03 },
  project: { "7d": 0.04, "14d": 0.04, "28d": 0.03 },
  workspace: { "7d": 0.03, "14d": 0.03, "28d": 0.02 },
} as const;

const rho = `scalar(${series.RHO})`;

function rule(name: string, window: string, expr: string): RecordingRule {
  return { record: series.bare(name), expr, labels: { window } };
}

/** What was before the window. */
function past(of: typeof series.approvedOf, level: "project_labeler" | "project", window: string): string {
  return `(${of(level, "all")} - ${on(level)} (${of(level, window)} or ${on(level)} 0 * ${of(level, "all")}))`;
}

/** How many times larger the variance of n decisions on so many days is than that of independent ones. */
function designEffect(n: string, days: number): string {
  return `(1 + ${rho} * clamp_min(${n} / ${days} - 1, 0))`;
}

const judgedDays = (window: JudgedWindow) => JUDGED_WINDOWS[window] * PRESENCE;

function weight(window: JudgedWindow): RecordingRule {
  const n = past(series.reviewedOf, PAIR, window);
  return rule(series.weightOf(window), window, `${n}\n/ ${designEffect(n, PAST_DAYS)}\n+ ${PRIOR}`);
}

function expected(window: JudgedWindow): RecordingRule {
  const own = designEffect(past(series.reviewedOf, PAIR, window), PAST_DAYS);
  return rule(
    series.expectedOf(PAIR, window),
    window,
    `clamp_max(
  (
    ${past(series.approvedOf, PAIR, window)}
    / ${own}
    + ${on("project")} group_left ()
    ${PRIOR} * (${past(series.approvedOf, "project", window)} + ${START.approved})
    / ${on("project")} (${past(series.reviewedOf, "project", window)} + ${START.reviewed})
  )
  / ${on(PAIR)}
  ${series.weightOf(window)},
  ${HIGHEST}
)`,
  );
}

/** The window's own part of the variance. */
export function ownSpread(level: Level, window: JudgedWindow): string {
  const n = series.reviewedOf(level, window);
  return `${designEffect(n, judgedDays(window))} / (${n} > 0)`;
}

function fallScore(level: Level, window: JudgedWindow, variance: string, minimum: number): RecordingRule {
  const [x, n] = [series.approvedOf(level, window), series.reviewedOf(level, window)];
  const expectation = series.expectedOf(level, window);
  return rule(
    series.scoreOf(level, "fall", window),
    window,
    `2 * (
  asin(sqrt(${expectation}))
  - asin(sqrt((${x} + 0.375) / (${n} + 0.75)))
)
/
sqrt(
  ${variance}
)
and
${n} >= ${minimum}
and
${expectation} - ${series.shareOf(level, window)} >= ${SMALLEST_FALL[level][window]}`,
  );
}

function pairFallScore(window: JudgedWindow, minimum: number): RecordingRule {
  const made = fallScore(PAIR, window, `${ownSpread(PAIR, window)} + 1 / ${series.weightOf(window)}`, minimum);
  return {
    ...made,
    expr: `${made.expr}\nand ${on(PAIR)}\n${past(series.reviewedOf, PAIR, window)} >= ${PAST_DECISIONS}`,
  };
}

function pairTargetScore(window: JudgedWindow, minimum: number): RecordingRule {
  return rule(
    series.scoreOf(PAIR, "target", window),
    window,
    `-1 * (
  ${series.shareOf(PAIR, window)}
  - ${on("project")} group_left ()
  ${series.PROJECT_TARGET}
)
/ ${on(PAIR)}
sqrt(
  ${ownSpread(PAIR, window)}
  * ${on("project")} group_left ()
  (${series.PROJECT_TARGET} * (1 - ${series.PROJECT_TARGET}))
)
and ${on(PAIR)}
${series.reviewedOf(PAIR, window)} >= ${minimum}`,
  );
}

/** Expectations and scores of one person in one project. */
export function pairScores({ minimumDecisions }: Parameters): Group[] {
  const { labelerFell, labelerBelowTarget } = minimumDecisions;
  return [
    { name: "roboflow-approval-weights", rules: WINDOWS.map(weight) },
    { name: "roboflow-approval-expected", rules: WINDOWS.map(expected) },
    {
      name: "roboflow-approval-scores",
      rules: WINDOWS.flatMap((window) => [
        pairFallScore(window, labelerFell),
        pairTargetScore(window, labelerBelowTarget),
      ]),
    },
  ];
}

function pooledExpected(level: Level, window: JudgedWindow): RecordingRule {
  const n = series.reviewedOf(PAIR, window);
  return rule(
    series.expectedOf(level, window),
    window,
    `${sumOfWindow(level, `${n} * ${series.expectedOf(PAIR, window)}`)}\n/\n(${series.reviewedOf(level, window)} > 0)`,
  );
}

/** Variance of a pooled share: of each pair's own days, plus what all people of a day share. */
function pooledSpread(level: Level, window: JudgedWindow, shared: number): RecordingRule {
  const n = series.reviewedOf(PAIR, window);
  // One person's day is one day, whatever the project.
  const own =
    level === "labeler"
      ? ownSpread(level, window)
      : `${sumOfWindow(level, `${n} * ${designEffect(n, judgedDays(window))}`)} / (${series.reviewedOf(level, window)} > 0) ^ 2 + ${shared / JUDGED_WINDOWS[window]}`;
  return rule(series.spreadOf(level, window), window, own);
}

function pooledFallScore(level: Level, window: JudgedWindow, minimum: number): RecordingRule {
  const n = series.reviewedOf(PAIR, window);
  const ofPast = `${sumOfWindow(level, `${n} ^ 2 / ${series.weightOf(window)}`)} / (${series.reviewedOf(level, window)} > 0) ^ 2`;
  return fallScore(level, window, `${series.spreadOf(level, window)} + ${ofPast}`, minimum);
}

function pooledTargetScore(level: Level, window: JudgedWindow, minimum: number): RecordingRule {
  const target = series.targetOf(level, window);
  return rule(
    series.scoreOf(level, "target", window),
    window,
    `(
  ${target}
  - ${on(level)}
  ${series.shareOf(level, window)}
)
/ ${on(level)}
sqrt(
  ${series.spreadOf(level, window)}
  * ${on(level)}
  (${target} * (1 - ${target}))
)
and ${on(level)}
${series.reviewedOf(level, window)} >= ${minimum}`,
  );
}

/** Expectations and scores of decisions pooled by labeler, project and workspace. */
export function pooledScores({ minimumDecisions, rho: { shared } }: Parameters): Group[] {
  const fell = { labeler: minimumDecisions.labelerFell, ...minimumDecisions };
  const below = { labeler: minimumDecisions.labelerBelowTarget, ...minimumDecisions };
  const each = (make: (level: (typeof series.POOLED)[number], window: JudgedWindow) => RecordingRule[]) =>
    series.POOLED.flatMap((level) => WINDOWS.flatMap((window) => make(level, window)));
  return [
    {
      name: "roboflow-approval-pooled-expected",
      rules: each((level, window) => [pooledExpected(level, window), pooledSpread(level, window, shared)]),
    },
    {
      name: "roboflow-approval-pooled-scores",
      rules: each((level, window) => [
        pooledFallScore(level, window, fell[level]),
        pooledTargetScore(level, window, below[level]),
      ]),
    },
  ];
}
