import { INFO, ROW } from "../../grafana/src/metric-names.ts";
import { CONVENTIONS } from "./conventions.ts";
import type { RecordingRule, RuleFile } from "./model.ts";
import { inWindow, type Level, on, once, sum } from "./promql.ts";

const REVIEWED = "roboflow_images_reviewed";
const SHARE = `${ROW.approved}_per_reviewed`;
const PAIR = "project_labeler";

const approvedIn = (window: string) => once(PAIR, inWindow(ROW.approved, window));
const rejectedIn = (window: string) => once(PAIR, inWindow(ROW.rejected, window));

function pairs(window: string): RecordingRule[] {
  return [
    {
      record: `${PAIR}:${ROW.approved}:max`,
      expr: `${approvedIn(window)}\nand\n${rejectedIn(window)}`,
      labels: { window },
    },
    {
      record: `${PAIR}:${REVIEWED}:sum`,
      expr: `${approvedIn(window)}\n+\n${rejectedIn(window)}`,
      labels: { window },
    },
  ];
}

const approvedOf = (level: Level) => `${level}:${ROW.approved}:${level === PAIR ? "max" : "sum"}`;

function pooled(level: Level, of: "approved" | "reviewed", window: string): RecordingRule {
  const [from, to] =
    of === "approved" ? [approvedOf(PAIR), approvedOf(level)] : [`${PAIR}:${REVIEWED}:sum`, `${level}:${REVIEWED}:sum`];
  return { record: to, expr: sum(level, inWindow(from, window)), labels: { window } };
}

function ratio(level: Level, window: string): RecordingRule {
  return {
    record: `${level}:${SHARE}:ratio`,
    expr: `${inWindow(approvedOf(level), window)}\n/\n(${level}:${REVIEWED}:sum{window="${window}"} > 0)`,
    labels: { window },
  };
}

const Z = 1.959963984540054;

function wilsonUpper(level: Level): RecordingRule {
  const approved = inWindow(approvedOf(level), "7d");
  return {
    record: `${level}:${SHARE}:wilson_upper95`,
    expr: `(
  ${approved}
  + ${(Z * Z) / 2}
  + ${Z} * sqrt(
    ${approved}
    * (1 - ${level}:${SHARE}:ratio{window="7d"})
    + ${(Z * Z) / 4}
  )
)
/ (${level}:${REVIEWED}:sum{window="7d"} + ${Z * Z})`,
    labels: { window: "7d" },
  };
}

function baseline(series: string): RecordingRule {
  const level = series.startsWith(PAIR) ? PAIR : "project";
  return {
    record: series.replace(/:\w+$/, ":baseline21d"),
    expr: `${inWindow(series, "28d")}\n- ${on(level)}\n${inWindow(series, "7d")}`,
  };
}

const ratioBaseline: RecordingRule = {
  record: `${PAIR}:${SHARE}:ratio_baseline21d`,
  expr: `${PAIR}:${ROW.approved}:baseline21d\n/\n(${PAIR}:${REVIEWED}:baseline21d > 0)`,
};

const zScore: RecordingRule = {
  comment: "Two-proportion z-score of the last 7 days against the baseline; the pooled share is that of the 28 days.",
  record: `${PAIR}:${SHARE}:zscore_7d_baseline21d`,
  expr: `(
  ${PAIR}:${SHARE}:ratio{window="7d"}
  - ${on(PAIR)}
  ${PAIR}:${SHARE}:ratio_baseline21d
)
/ ${on(PAIR)}
(
  sqrt(
    ${PAIR}:${SHARE}:ratio{window="28d"}
    * (1 - ${PAIR}:${SHARE}:ratio{window="28d"})
    * ${on(PAIR)}
    (
      1 / (${PAIR}:${REVIEWED}:sum{window="7d"} > 0)
      + ${on(PAIR)}
      1 / (${PAIR}:${REVIEWED}:baseline21d > 0)
    )
  ) > 0
)`,
};

const targetOfProject: RecordingRule = {
  comment: "The one place of the default target, for projects without approval_target in the exporter's configuration.",
  record: "project:roboflow_approval_target:ratio",
  expr: `max by (workspace, project) (${INFO.target})
or on (workspace, project)
max by (workspace, project) (
  0.9 + 0 * project:${REVIEWED}:sum{window="7d"}
  or
  0.9 + 0 * project:${REVIEWED}:sum{window="28d"}
)`,
};

const targetOfWorkspace: RecordingRule = {
  comment:
    "What the workspace's share would be if each project met its target exactly: targets weighed by review decisions.",
  record: "workspace:roboflow_approval_target:ratio",
  expr: `sum by (workspace) (
  project:roboflow_approval_target:ratio
  * on (workspace, project)
  project:${REVIEWED}:sum{window="7d"}
)
/ on (workspace)
(workspace:${REVIEWED}:sum{window="7d"} > 0)`,
};

/** Review decisions and what follows from them. */
export const approval: RuleFile = {
  file: "recording-approval.yml",
  comment:
    "Review decisions: approvals and rejections. Rejections are events, so an image can count more than once. The share " +
    "approved / (approved + rejected) can be pooled over labelers and projects, but it is not Roboflow's approval rate " +
    "(roboflow_approval_ratio), which is first-pass and cannot be computed from these two counts.\n\n" +
    CONVENTIONS,
  groups: [
    { name: "roboflow-approval-pairs", rules: ["7d", "28d"].flatMap(pairs) },
    {
      name: "roboflow-approval-pooled",
      rules: [
        pooled("project", "approved", "7d"),
        pooled("project", "reviewed", "7d"),
        pooled("project", "reviewed", "28d"),
        pooled("workspace", "approved", "7d"),
        pooled("workspace", "reviewed", "7d"),
        baseline(`${PAIR}:${ROW.approved}:max`),
        baseline(`${PAIR}:${REVIEWED}:sum`),
      ],
    },
    {
      name: "roboflow-approval-ratios",
      rules: [
        ratio(PAIR, "7d"),
        ratio(PAIR, "28d"),
        ratio("project", "7d"),
        ratio("workspace", "7d"),
        baseline(`project:${REVIEWED}:sum`),
        ratioBaseline,
        targetOfProject,
      ],
    },
    {
      name: "roboflow-approval-scores",
      rules: [wilsonUpper(PAIR), wilsonUpper("project"), wilsonUpper("workspace"), zScore, targetOfWorkspace],
    },
  ],
};
