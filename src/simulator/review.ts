import { mix } from "./random.ts";
import type { Session } from "./sessions.ts";
import type { Labeler } from "./world.ts";

/** What review found. `rejected` counts events: an image sent back twice counts twice. */
export interface ReviewTally {
  reviewed: number;
  firstPass: number;
  approved: number;
  rejected: number;
}

/** First-pass approval that replaces a labeler's own in the last seven days, by labeler id. */
export type Approvals = ReadonlyMap<string, number>;

const REVIEWED_SHARE = 0.8;
const REJECTED_TWICE_SHARE = 0.25;
const FIXED_SHARE = 0.8;
const RECENT_DAYS = 7;

/** One of the four random bytes of an image, as a number from 0 (included) to 1 (excluded). */
export function byteShare(bits: number, byte: 0 | 1 | 2 | 3): number {
  return ((bits >>> (8 * byte)) & 0xff) / 256;
}

/**
 * The share of a session's reviewed images that pass at once.
 *
 * The last seven days are those before the *present* day: a session's review may change with the calendar, as the
 * API's own numbers of past days do when work is reviewed later. All other history stays as it was.
 */
export function firstPassRatio(labeler: Labeler, session: Session, today: number, approvals: Approvals): number {
  const recent = session.day > today - RECENT_DAYS;
  return (recent ? approvals.get(labeler.id) : undefined) ?? labeler.quality;
}

/** Counts the review of one image; most images are reviewed, some rejected ones are never fixed. */
export function countReview(tally: ReviewTally, bits: number, ratio: number): void {
  if (byteShare(bits, 2) >= REVIEWED_SHARE) return;
  tally.reviewed++;
  if (byteShare(bits, 3) < ratio) {
    tally.firstPass++;
    tally.approved++;
    return;
  }
  const fate = mix(bits, 1);
  tally.rejected += byteShare(fate, 0) < REJECTED_TWICE_SHARE ? 2 : 1;
  if (byteShare(fate, 1) < FIXED_SHARE) tally.approved++;
}
