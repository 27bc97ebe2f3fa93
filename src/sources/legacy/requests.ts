import { z } from "zod";
import { type ApiRequest, type Ask, readAnswer } from "../../roboflow/client.ts";
import type { LegacyStats, TimeRange } from "./fields.ts";
import { parseLegacyInSteps } from "./parse.ts";
import { ApiError } from "../../errors.ts";

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

/** Raw rows are opaque; they stand in `data`, or alone, or as the aggregated ones do in `data.data`. */
const rawRowsSchema = z.union([
  z.array(z.unknown()),
  z.looseObject({ data: z.array(z.unknown()) }).transform(({ data }) => data),
  z.looseObject({ data: z.looseObject({ data: z.array(z.unknown()) }) }).transform(({ data }) => data.data),
]);

/** A page of raw rows. */
export interface RawQuery extends LegacyQuery {
  readonly limit: number;
  readonly offset: number;
}

/**
 * `GET /workspace-stats` with `rawData`: one page of rows of an undocumented form.
 * @throws ApiError
 */
export async function fetchRawRows(ask: Ask, query: RawQuery, signal: AbortSignal): Promise<readonly unknown[]> {
  const { json } = await ask(legacyRequest(query, { rawData: true }), signal);
  const answer = rawRowsSchema.safeParse(json);
  if (!answer.success) throw new ApiError("the answer holds no list of raw rows", { reason: "invalid_schema" });
  return answer.data;
}
