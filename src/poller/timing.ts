import type { PollConfig } from "../config/config.ts";
import type { Timetable } from "./schedule.ts";

const HOUR_MS = 3_600_000;
const MAX_JITTER_MS = 30_000;
const MAX_DEADLINE_MS = 900_000;

/** The times that follow from the interval where the configuration gives none. Milliseconds. */
export interface PollTiming {
  readonly jitterMs: number;
  readonly staleAfterMs: number;
  /** A poll that runs longer is ended, so that one hanging poll cannot hold up the next for ever. */
  readonly deadlineMs: number;
}

/**
 * Jitter: a tenth of the shortest gap, at most 30 s. Stale: two polls missed, at least an hour; for an interval that is
 * three of it, for a cron expression its longest gap and two of its shortest.
 */
export function pollTiming(
  { jitterMs, staleAfterMs }: Pick<PollConfig, "jitterMs" | "staleAfterMs">,
  { intervalSeconds, shortestGapSeconds }: Pick<Timetable, "intervalSeconds" | "shortestGapSeconds">,
): PollTiming {
  const [longestMs, shortestMs] = [intervalSeconds * 1000, shortestGapSeconds * 1000];
  return {
    jitterMs: jitterMs ?? Math.min(shortestMs / 10, MAX_JITTER_MS),
    staleAfterMs: staleAfterMs ?? Math.max(longestMs + 2 * shortestMs, HOUR_MS),
    deadlineMs: Math.min(shortestMs, MAX_DEADLINE_MS),
  };
}
