import { type ApiRequest, type Ask, readAnswer } from "../../roboflow/client.ts";
import type { ApiError } from "../../errors.ts";
import type { LegacyStats, TimeRange } from "./fields.ts";
import { parseLegacyInSteps } from "./parse.ts";

/** The endpoint, by its name in metrics. */
export const LEGACY_ENDPOINT = "legacy";

function legacyRequest({ startMs, endMs }: TimeRange): ApiRequest {
  const parameters = { start: startMs, end: endMs, includeTicks: true };
  return { endpoint: LEGACY_ENDPOINT, path: ["workspace-stats"], parameters };
}

/**
 * `GET /workspace-stats` with ticks, for the workspace the key belongs to.
 * @throws ApiError
 */
export async function fetchLegacy(ask: Ask, range: TimeRange, signal: AbortSignal): Promise<LegacyStats> {
  const answer = await ask(legacyRequest(range), signal);
  return readAnswer(answer, (json) => parseLegacyInSteps(json, range), signal);
}

/** Its removal has been announced: that it is not there is a state, not a failure. */
export function isGone({ status }: ApiError): boolean {
  return status === 404 || status === 410;
}
