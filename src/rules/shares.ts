import { ROW } from "../sources/metric-names.ts";
import { PERCENT, unlessFiltered, withNumber } from "./alert-parts.ts";
import { named } from "./names.ts";
import { inWindow, on, once, sum } from "./promql.ts";
import { type AlertRule, CONVENTIONS, type RecordingRule, type RuleFile } from "./rule-file.ts";

const WINDOWS = ["7d", "28d"] as const;
const LABELED = `project:${ROW.imagesLabeled}`;

/** The counts whose share of the labeled images is watched. */
const SHARES = [ROW.markedNull, ROW.modelAssisted] as const;

/** The share of a count among a project's labeled images; add an operation to name its series. */
function shareOf(count: string): string {
  return `project:${count}_per_labeled`;
}

function counts(metric: string): RecordingRule[] {
  return WINDOWS.map((window) => ({
    record: `project:${metric}:sum`,
    expr: sum("project", once("project_labeler", inWindow(metric, window))),
    labels: { window },
  }));
}

const before = (metric: string) => `project:${metric}:sum{window="28d"}
- ${on("project")}
project:${metric}:sum{window="7d"}`;

function ratios(count: string): RecordingRule[] {
  const ofWindow = WINDOWS.map((window) => ({
    record: `${shareOf(count)}:ratio`,
    expr: `project:${count}:sum{window="${window}"}
/
(${LABELED}:sum{window="${window}"} > 0)`,
    labels: { window },
  }));
  const baseline = {
    record: `${shareOf(count)}:ratio_baseline21d`,
    expr: `(
  ${before(count).replaceAll("\n", "\n  ")}
)
/ ${on("project")}
(${LABELED}:baseline21d > 0)`,
  };
  return [...ofWindow, baseline];
}

/** Two-proportion z-score of the last 7 days against the 21 before; the pooled share is that of the 28 days. */
function zScore(count: string): RecordingRule {
  const share = shareOf(count);
  return {
    record: `${share}:zscore_7d_baseline21d`,
    expr: `(
  ${share}:ratio{window="7d"}
  - ${on("project")}
  ${share}:ratio_baseline21d
)
/ ${on("project")}
(
  sqrt(
    ${share}:ratio{window="28d"}
    * (1 - ${share}:ratio{window="28d"})
    * ${on("project")}
    (
      1 / (${LABELED}:sum{window="7d"} > 0)
      + ${on("project")}
      1 / (${LABELED}:baseline21d > 0)
    )
  ) > 0
)`,
  };
}

/** Shares of a project's labeled images. */
export const shares: RuleFile = {
  file: "recording-shares.yml",
  comment:
    "Shares of the labeled images of a project. Their baseline is that of the 21 days before the last 7: the window 28d minus 7d.\n\n" +
    CONVENTIONS,
  groups: [
    { name: "roboflow-shares-counts", rules: [ROW.imagesLabeled, ...SHARES].flatMap(counts) },
    {
      name: "roboflow-shares-baseline",
      rules: [{ record: `${LABELED}:baseline21d`, expr: before(ROW.imagesLabeled) }],
    },
    { name: "roboflow-shares-ratios", rules: SHARES.flatMap(ratios) },
    { name: "roboflow-shares-zscores", rules: SHARES.map(zScore) },
  ],
};

const MIN_IMAGES = 100;

interface Jump {
  readonly alert: string;
  readonly count: string;
  /** How the difference and the score are taken: a rise, or either way. */
  readonly either: boolean;
  readonly points: number;
  readonly what: string;
  readonly sentence: string;
  readonly comment?: string;
}

function jumped({ alert, count, either, points, what, sentence, comment }: Jump): AlertRule {
  const share = shareOf(count);
  const abs = (expr: string) => (either ? `abs(${expr})` : `(${expr})`);
  const expr = `round(${share}:ratio{window="7d"}, 0.001)
and ${on("project")}
${abs(`\n  ${share}:ratio{window="7d"}\n  - ${on("project")}\n  ${share}:ratio_baseline21d\n`)} >= ${points}
and ${on("project")}
${abs(`${share}:zscore_7d_baseline21d`)} > 3
and ${on("project")}
${LABELED}:sum{window="7d"} >= ${MIN_IMAGES}
and ${on("project")}
${LABELED}:baseline21d >= ${MIN_IMAGES}
${unlessFiltered("labeler")}`;
  return {
    alert,
    expr: named("project", expr),
    for: "2h",
    keepFiringFor: "1d",
    labels: { severity: "info", area: "quality", tier: "digest" },
    summary: `Project {{ $labels.project_name }}: ${PERCENT} ${what}`,
    description: `${sentence}${withNumber("; in the 21 days before it was NUMBER", `${share}:ratio_baseline21d`, ["workspace", "project"])}.`,
    ...(comment === undefined ? {} : { comment }),
  };
}

/** Alerts about shares of a project's labeled images. */
export const SHARE_ALERTS: readonly AlertRule[] = [
  jumped({
    alert: "RoboflowProjectNullShareJumped",
    count: ROW.markedNull,
    either: false,
    points: 0.1,
    what: "of the images are marked null, more than usual",
    sentence: `${PERCENT} of the images labeled in the last 7 days are marked null`,
  }),
  jumped({
    comment: "Both ways: a rise means that more is accepted from a model, a fall that the model may be broken or gone.",
    alert: "RoboflowProjectModelAssistShareJumped",
    count: ROW.modelAssisted,
    either: true,
    points: 0.2,
    what: "of the images are model-assisted, another share than usual",
    sentence: `Model assist was used on ${PERCENT} of the images labeled in the last 7 days`,
  }),
];
