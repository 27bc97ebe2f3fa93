import type { Row } from "./stats.ts";
import { ratioOf } from "../../metrics/percent.ts";

/** Whether the rows show that images were reviewed. Rows without counts (a project without review) say nothing. */
function reviewIn(rows: readonly Row[]): "some" | "none" | "unknown" {
  let isCounted = rows.length === 0;
  for (const { values } of rows) {
    if (values.approved === undefined || values.rejected === undefined) continue;
    if (values.approved + values.rejected > 0) return "some";
    isCounted = true;
  }
  return isCounted ? "none" : "unknown";
}

/**
 * The ratio to publish for a rate of the API, given the rows it is the rate of. The API has a placeholder where nothing
 * was reviewed: it is left out when the counts show it, and when a rate of 0 has no counts to tell it from one.
 * @returns 0 to 1, or undefined when there is nothing to publish
 */
export function approvalRatio(percent: number | undefined, rows: readonly Row[]): number | undefined {
  const review = reviewIn(rows);
  if (percent === undefined || review === "none" || (review === "unknown" && percent === 0)) return undefined;
  return ratioOf(percent);
}
