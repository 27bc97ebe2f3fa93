import { type Clock, systemClock } from "../../src/clock.ts";

/**
 * A clock whose calendar stands still while its waits are real: for a whole exporter on a simulator of the same day.
 * @param iso the instant, like `2026-11-18T15:00:00Z`
 */
export function standingClock(iso: string): Clock {
  const nowMs = Date.parse(iso);
  return { ...systemClock, now: () => nowMs };
}
