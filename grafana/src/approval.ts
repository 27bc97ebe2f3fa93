import { ROW } from "./metric-names.ts";
import { pairs, share, sumBy, type Matchers } from "./promql.ts";

/** Fewest reviews on which a labeler is judged; the alerts ask for as many. */
export const ENOUGH_REVIEWS = 20;
/** Fewest reviews in the 21 days before, for a comparison with them. */
export const ENOUGH_BASELINE = 50;

/** The normal quantile of a two-sided 95 % interval, and its square. */
const Z = 1.96;
const Z2 = 3.8416;

export const REVIEWED_NOTE = "Reviewed is approvals plus rejections; an image rejected twice counts twice.";
export const SHARE_NOTE =
  "Approved share is approvals / (approvals + rejections): it can be pooled over labelers and projects, " +
  "and is lower than the first-pass approval ratio where the same image is rejected more than once.";

/** Approvals plus rejections of each workspace, project and labeler. */
export function reviewed(matchers: Matchers, window: string): string {
  return `(${pairs(ROW.approved, matchers, window)} + ${pairs(ROW.rejected, matchers, window)})`;
}

/** Approvals over reviews, counts pooled by the given labels before the division. Never an average of ratios. */
export function approvedShare(labels: string, matchers: Matchers, window: string): string {
  return share(sumBy(labels, pairs(ROW.approved, matchers, window)), sumBy(labels, reviewed(matchers, window)));
}

/** A quantity of the 21 days before the last 7: the 28-day window minus the 7-day window, both of the same poll. */
function before(ofWindow: (window: string) => string): string {
  return `(${ofWindow("28d")} - ${ofWindow("7d")})`;
}

export function baselineReviewed(labels: string, matchers: Matchers): string {
  return before((window) => sumBy(labels, reviewed(matchers, window)));
}

/** The approved share of the 21 days before the last 7. */
export function baselineShare(labels: string, matchers: Matchers): string {
  const approved = before((window) => sumBy(labels, pairs(ROW.approved, matchers, window)));
  return share(approved, baselineReviewed(labels, matchers));
}

/** Approved share of the last 7 days minus that of the 21 days before. */
export function changeOfShare(labels: string, matchers: Matchers): string {
  return `${approvedShare(labels, matchers, "7d")} - ${baselineShare(labels, matchers)}`;
}

/** One end of the 95 % Wilson score interval of the approved share, counts pooled by the given labels. */
export function wilson(end: "lower" | "upper", labels: string, matchers: Matchers, window: string): string {
  const x = sumBy(labels, pairs(ROW.approved, matchers, window));
  const n = sumBy(labels, reviewed(matchers, window));
  const sign = end === "lower" ? "-" : "+";
  const spread = `${String(Z)} * sqrt(${x} * (${n} - ${x}) / (${n} > 0) + ${String(Z2 / 4)})`;
  return `(${x} + ${String(Z2 / 2)} ${sign} ${spread}) / (${n} + ${String(Z2)})`;
}
