import type { Clock } from "../clock.ts";
import type { Ask } from "../roboflow/client.ts";

/** The client, slowed down to at most `perSecond` requests a second, evenly. */
export function paced(ask: Ask, perSecond: number, clock: Clock): Ask {
  const start = clock.moment();
  let nextMs = 0;
  return async (request, signal) => {
    const nowMs = clock.moment().msSince(start);
    const turnMs = Math.max(nowMs, nextMs);
    nextMs = turnMs + 1000 / perSecond;
    if (turnMs > nowMs) await clock.sleep(turnMs - nowMs, signal);
    return ask(request, signal);
  };
}
