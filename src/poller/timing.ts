import type { PollConfig } from "../config/config.ts";
import type { Spacing } from "./timetable.ts";

const HOUR_MS = 3_600_000;
const MAX_JITTER_MS = 30_000;
const MAX_DEADLINE_MS = 900_000;

/** The times of a poll that follow from those around it where the configuration gives none. Milliseconds. */
export interface PollTiming {
  readonly jitterMs: number;
  /** What the poll brings is too old after this. */
  readonly staleAfterMs: number;
  /** A poll that runs longer is ended, so that one hanging poll cannot hold up the next for ever. */
  readonly deadlineMs: number;
}

/**
 * Jitter: a tenth of the gap to the next run, at most 30 s. Stale: two polls missed, at least an hour; for an interval
 * that is three of it. Deadline: the next run, at most 15 minutes.
 */
export function pollTiming(
  { jitterMs, staleAfterMs }: Pick<PollConfig, "jitterMs" | "staleAfterMs">,
  { gapMs, thirdMs }: Spacing,
): PollTiming {
  return {
    jitterMs: jitterMs ?? Math.min(gapMs / 10, MAX_JITTER_MS),
    staleAfterMs: staleAfterMs ?? Math.max(thirdMs, HOUR_MS),
    deadlineMs: Math.min(gapMs, MAX_DEADLINE_MS),
  };
}
