import type { PollConfig } from "../config/config.ts";

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

/** Jitter: a tenth of the interval, at most 30 s. Stale: three intervals, at least an hour. */
export function pollTiming({ jitterMs, staleAfterMs }: PollConfig, intervalSeconds: number): PollTiming {
  const intervalMs = intervalSeconds * 1000;
  return {
    jitterMs: jitterMs ?? Math.min(intervalMs / 10, MAX_JITTER_MS),
    staleAfterMs: staleAfterMs ?? Math.max(3 * intervalMs, HOUR_MS),
    deadlineMs: Math.min(intervalMs, MAX_DEADLINE_MS),
  };
}
