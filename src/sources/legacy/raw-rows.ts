import { z } from "zod";
import { ApiError } from "../../errors.ts";
import type { Ask } from "../../roboflow/client.ts";
import { type LegacyQuery, legacyRequest } from "./request.ts";

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
