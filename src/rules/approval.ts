import { ROW } from "../sources/metric-names.ts";
import { evidence } from "./approval-evidence.ts";
import { ownSpread, pairScores, pooledScores } from "./approval-scores.ts";
import { JUDGED_WINDOWS, type JudgedWindow, type Parameters } from "./parameters.ts";
import { inWindow, type Level, on, once, sum } from "./promql.ts";
import { CONVENTIONS, type Group, type RecordingRule, type RuleFile } from "./rule-file.ts";
import * as series from "./series.ts";

const PAIR = "project_labeler";
const WINDOWS = Object.keys(JUDGED_WINDOWS);

const approvedIn = (window: string) => once(PAIR, inWindow(ROW.approved, window));
const rejectedIn = (window: string) => once(PAIR, inWindow(ROW.rejected, window));

function record(name: string, window: string, expr: string, comment?: string): RecordingRule {
  return { record: series.bare(name), expr, labels: { window }, ...(comment === undefined ? {} : { comment }) };
}

function pairs(window: string): RecordingRule[] {
  return [
    record(series.approvedOf(PAIR, window), window, `${approvedIn(window)}\nand\n${rejectedIn(window)}`),
    record(series.reviewedOf(PAIR, window), window, `${approvedIn(window)}\n+\n${rejectedIn(window)}`),
  ];
}

function pooledCounts(level: Level, window: string): RecordingRule[] {
  return [series.approvedOf, series.reviewedOf].map((of) =>
    record(of(level, window), window, sum(level, of(PAIR, window))),
  );
}

function ratio(level: Level, window: string): RecordingRule {
  const expr = `${series.approvedOf(level, window)}\n/\n(${series.reviewedOf(level, window)} > 0)`;
  return record(series.shareOf(level, window), window, expr);
}

function baseline(name: string, of: (window: string) => string, level: Level): RecordingRule {
  return { record: name, expr: `${of("28d")}\n- ${on(level)}\n${of("7d")}` };
}

function targetOfProject({ defaultTarget }: Parameters): RecordingRule {
  const guess = WINDOWS.map((window) => `  ${defaultTarget} + 0 * ${series.reviewedOf("project", window)}`);
  return {
    comment:
      "The one place of the default target, for projects without approval_target in the exporter's configuration.",
    record: series.PROJECT_TARGET,
    expr: `max by (workspace, project) (${series.CONFIGURED_TARGET})
or ${on("project")}
max by (workspace, project) (
${guess.join("\n  or\n")}
)`,
  };
}

/** Targets weighed by decisions: the share that a level would have if each project met its target exactly. */
function pooledTarget(level: "labeler" | "workspace", window: string): RecordingRule {
  return record(
    series.targetOf(level, window),
    window,
    `${sum(level, `\n  ${series.reviewedOf(PAIR, window)}\n  * ${on("project")} group_left ()\n  ${series.PROJECT_TARGET}\n`)}
/ ${on(level)}
(${series.reviewedOf(level, window)} > 0)`,
  );
}

function setting({ rho }: Parameters): RecordingRule {
  return {
    comment:
      "How alike images are that are reviewed on one day, of one person: the setting, the one place of it. Two series " +
      "below measure it: sum_over_time(...:excess[28d]) / sum_over_time(...:weight[28d]).",
    record: series.RHO,
    expr: `vector(${rho.labeler})`,
  };
}

/** How alike the images of today are, measured: Pearson's statistic against what independent decisions would give. */
function overdispersion(): RecordingRule[] {
  const [x, share] = [approvedIn("today"), series.expectedOf(PAIR, "7d")];
  const n = `(${x} + ${rejectedIn("today")} >= 5)`;
  return [
    {
      record: "workspace:roboflow_approval_overdispersion:excess",
      expr: `sum by (workspace) (
  (${x} - ${n} * ${on(PAIR)} ${share}) ^ 2
  / ${on(PAIR)}
  (${n} * ${on(PAIR)} (${share} * (1 - ${share})))
  - 1
)`,
    },
    {
      record: "workspace:roboflow_approval_overdispersion:weight",
      expr: `sum by (workspace) (${n} - 1 and ${on(PAIR)} ${share})`,
    },
  ];
}

/** The normal quantile of a two-sided 95 % interval. */
const Z = 1.96;
const Z2 = 3.8416;

/** The variance of a share in units of p(1 - p): one over the number of independent decisions. */
function spread(level: Level, window: JudgedWindow): string {
  return level === "project_labeler" ? `(${ownSpread(level, window)})` : series.spreadOf(level, window);
}

/** One end of the 95 % interval of a share whose variance is `v` in units of p(1 - p). */
export function endOfInterval(end: series.IntervalEnd, share: string, v: string): string {
  return `(
  ${share} + ${Z2 / 2} * ${v}
  ${end === "lower" ? "-" : "+"} ${Z} * sqrt(
    ${share} * (1 - ${share}) * ${v}
    + ${Z2 / 4} * ${v} ^ 2
  )
)
/
(1 + ${Z2} * ${v})`;
}

function endOf(end: series.IntervalEnd, level: Level, window: JudgedWindow): RecordingRule {
  return {
    record: series.bare(series.intervalOf(level, end, window)),
    expr: endOfInterval(end, series.shareOf(level, window), spread(level, window)),
    labels: { window },
  };
}

/**
 * The 95 % interval of a share (Wilson 1927) with as many decisions as its design effect leaves: what the dashboards
 * judge by. It is wider than that of independent decisions, as the alerts' evidence is weaker.
 */
function intervals(levels: readonly Level[], windows: readonly JudgedWindow[]): RecordingRule[] {
  return levels.flatMap((level) =>
    windows.flatMap((window) => [endOf("lower", level, window), endOf("upper", level, window)]),
  );
}

function groupsOfCounts(parameters: Parameters): Group[] {
  const windows = [...WINDOWS, "all"];
  return [
    { name: "roboflow-approval-pairs", rules: [setting(parameters), ...windows.flatMap(pairs)] },
    {
      name: "roboflow-approval-pooled",
      rules: [
        ...windows.flatMap((window) => pooledCounts("project", window)),
        ...WINDOWS.flatMap((window) => [...pooledCounts("labeler", window), ...pooledCounts("workspace", window)]),
        ...WINDOWS.map((window) => ratio(PAIR, window)),
      ],
    },
    {
      name: "roboflow-approval-ratios",
      rules: [
        ...series.POOLED.flatMap((level) => WINDOWS.map((window) => ratio(level, window))),
        baseline(series.BASELINE_REVIEWED, (window) => series.reviewedOf("project", window), "project"),
        targetOfProject(parameters),
      ],
    },
  ];
}

/** Review decisions and what follows from them. */
export function approval(parameters: Parameters): RuleFile {
  const targets = WINDOWS.flatMap((window) => [pooledTarget("labeler", window), pooledTarget("workspace", window)]);
  return {
    file: "recording-approval.yml",
    comment:
      "Review decisions: approvals and rejections. Rejections are events, so an image can count more than once. The share " +
      "approved / (approved + rejected) can be pooled over labelers and projects, but it is not Roboflow's approval rate " +
      "(roboflow_approval_ratio), which is first-pass and cannot be computed from these two counts.\n\n" +
      CONVENTIONS,
    groups: [
      ...groupsOfCounts(parameters),
      ...pairScores(parameters),
      {
        name: "roboflow-approval-targets",
        rules: [...targets, ...overdispersion()],
      },
      ...pooledScores(parameters),
      { name: "roboflow-approval-evidence", rules: evidence(parameters) },
      { name: "roboflow-approval-intervals", rules: intervals([PAIR, ...series.POOLED], ["7d", "14d", "28d"]) },
    ],
  };
}
