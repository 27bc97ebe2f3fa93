import { ROW } from "../sources/metric-names.ts";
import { pairs, share, sumBy } from "./promql.ts";
import type { Matchers } from "./selectors.ts";

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
