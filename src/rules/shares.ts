import { ROW } from "../sources/metric-names.ts";
import { CONVENTIONS } from "./conventions.ts";
import type { RecordingRule, RuleFile } from "./model.ts";
import { inWindow, on, once, sum } from "./promql.ts";

const WINDOWS = ["7d", "28d"] as const;
const LABELED = `project:${ROW.imagesLabeled}`;

/** The counts whose share of the labeled images is watched. */
export const SHARES = [ROW.markedNull, ROW.modelAssisted] as const;

/** The share of a count among a project's labeled images; add an operation to name its series. */
export function shareOf(count: string): string {
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
