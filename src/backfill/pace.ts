import type { Clock } from "../clock.ts";

/** Resolves when the next request may go out: at most `perSecond` a second, evenly. Rejects when the signal aborts. */
export function createPace(perSecond: number, clock: Clock): (signal: AbortSignal) => Promise<void> {
  const start = clock.moment();
  let nextMs = 0;
  return async (signal) => {
    const nowMs = clock.moment().msSince(start);
    const turnMs = Math.max(nowMs, nextMs);
    nextMs = turnMs + 1000 / perSecond;
    if (turnMs > nowMs) await clock.sleep(turnMs - nowMs, signal);
  };
}
