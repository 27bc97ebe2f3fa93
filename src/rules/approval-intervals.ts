import { ownSpread } from "./approval-scores.ts";
import type { RecordingRule } from "./model.ts";
import { type JudgedWindow } from "./parameters.ts";
import type { Level } from "./promql.ts";
import * as series from "./series.ts";

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
export function intervals(levels: readonly Level[], windows: readonly JudgedWindow[]): RecordingRule[] {
  return levels.flatMap((level) =>
    windows.flatMap((window) => [endOf("lower", level, window), endOf("upper", level, window)]),
  );
}
