import type { Moment } from "../clock.ts";
import type { PollConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { LegacyState } from "../metrics/legacy-data.ts";
import type { LegacyPolled } from "./poll-legacy.ts";
import { type PollTiming, pollTiming } from "./timing.ts";

/** What a poll of the legacy endpoint came to. */
export type LegacyResult = LegacyPolled | { readonly error: ApiError };

/** The endpoint's removal has been announced: that it is not there is a state, and nobody's fault. */
function isGone({ status }: ApiError): boolean {
  return status === 404 || status === 410;
}

/** The times that follow from the legacy interval; jitter and staleness of the configuration belong to the other polls. */
export function legacyTiming({
  legacyIntervalSeconds: seconds,
}: Pick<PollConfig, "legacyIntervalSeconds">): PollTiming {
  const derived = { jitterMs: undefined, staleAfterMs: undefined };
  return pollTiming(derived, { gapMs: seconds * 1000, thirdMs: 3 * seconds * 1000 });
}

/** The state before the first poll. */
export function initialLegacyState(poll: Pick<PollConfig, "legacyIntervalSeconds">): LegacyState {
  const { staleAfterMs } = legacyTiming(poll);
  return { outcome: undefined, isAvailable: undefined, data: undefined, lastSuccess: undefined, staleAfterMs };
}

/** The state after a poll: a failure keeps the last good data, an endpoint that is gone takes it along. */
export function nextLegacyState(state: LegacyState, result: LegacyResult, ended: Moment): LegacyState {
  if ("data" in result)
    return { ...state, outcome: "served", isAvailable: true, lastSuccess: ended, data: result.data };
  if (isGone(result.error)) return { ...state, outcome: "gone", isAvailable: false, data: undefined };
  return { ...state, outcome: "failed" };
}
