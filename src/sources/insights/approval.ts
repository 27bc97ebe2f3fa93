import { ratioOf } from "../../answers/numbers.ts";
import type { Row } from "./fields.ts";

/** Whether images were reviewed; unknown if no counts are there, as in a project without review. */
export type Review = "some" | "none" | "unknown";

/** What the counts of one row show. */
export function reviewOf(approved: number | undefined, rejected: number | undefined): Review {
  if (approved === undefined || rejected === undefined) return "unknown";
  return approved + rejected > 0 ? "some" : "none";
}

/** What the rows show together: if one is known to have no reviews and the others are unknown, none. */
export function reviewIn(rows: Iterable<Row>): Review {
  let together: Review | undefined;
  for (const { values } of rows) {
    const review = reviewOf(values.approved, values.rejected);
    if (review === "some") return "some";
    together = review === "none" || together === undefined ? review : together;
  }
  return together ?? "none";
}

/**
 * The ratio to publish for a rate of the API, given what the counts of its rows show. The API sends a placeholder when
 * nothing was reviewed. A rate is left out if the counts show that, and also a rate of 0 without counts, which may be one.
 * @returns 0 to 1, or undefined when there is nothing to publish
 */
export function approvalRatio(percent: number | undefined, review: Review): number | undefined {
  if (percent === undefined || review === "none" || (review === "unknown" && percent === 0)) return undefined;
  return ratioOf(percent);
}
