import { type ApiRequest, type Ask, readAnswer } from "../../roboflow/client.ts";
import type { LegacyStats, TimeRange } from "./fields.ts";
import { parseLegacyInSteps } from "./parse.ts";

/** The endpoint, by its name in metrics. */
export const LEGACY_ENDPOINT = "legacy";

/** What is asked of the endpoint. `projectId` is the opaque id. */
export interface LegacyQuery extends TimeRange {
  readonly projectId?: string;
}

/** `GET /workspace-stats`, for the workspace the key belongs to, with the endpoint's own names for what is asked. */
export function legacyRequest({ startMs, endMs, ...rest }: LegacyQuery, form: object): ApiRequest {
  const parameters = { start: startMs, end: endMs, ...rest, ...form };
  return { endpoint: LEGACY_ENDPOINT, path: ["workspace-stats"], parameters };
}

/**
 * `GET /workspace-stats` with ticks.
 * @throws ApiError
 */
export async function fetchLegacy(ask: Ask, query: LegacyQuery, signal: AbortSignal): Promise<LegacyStats> {
  const answer = await ask(legacyRequest(query, { includeTicks: true }), signal);
  return readAnswer(answer, (json) => parseLegacyInSteps(json, query), signal);
}
