import { z } from "zod";
import { daysRange } from "../calendar/zones.ts";
import { EARLIEST_DAY, calendarDay } from "../calendar/windows.ts";
import { showValue } from "../config/messages.ts";
import { ApiError, ConfigError } from "../errors.ts";
import type { Redactor } from "../redact.ts";
import type { Ask } from "../roboflow/client.ts";
import { type AskPage, readPage } from "./pages.ts";

/** Days as the user gives them, both included. */
export interface Days {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** A range of time in epoch milliseconds, both ends included. */
interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The days as the endpoint is asked for them: from the first millisecond in the time zone to the last. By default the
 * first day is {@link EARLIEST_DAY} and the last is today.
 * @throws ConfigError when the first comes after the last
 */
export function rangeOfDays({ from = EARLIEST_DAY, to }: Days, timezone: string, nowMs: number): TimeRange {
  const last = to ?? calendarDay(nowMs, timezone);
  if (from > last)
    throw new ConfigError([`--from: ${showValue(from)} is after the last day asked for, ${last}; give an earlier one`]);
  return daysRange(from, last, timezone);
}

/** Raw rows are opaque; they are in `data`, or alone, or in `data.data` as aggregated rows are. */
const rawRowsSchema = z.union([
  z.array(z.unknown()),
  z.looseObject({ data: z.array(z.unknown()) }).transform(({ data }) => data),
  z.looseObject({ data: z.looseObject({ data: z.array(z.unknown()) }) }).transform(({ data }) => data.data),
]);

/** What each page is asked with. */
export interface PageQuery extends TimeRange {
  /** The project's opaque id. */
  readonly projectId?: string;
  /** Rows to a page; the API may give fewer. */
  readonly limit: number;
}

/** One page of raw rows, from a row's number on. */
interface RawQuery extends PageQuery {
  readonly offset: number;
}

/**
 * `GET /workspace-stats` with `rawData`: one page of rows of an undocumented form.
 * @throws ApiError
 */
export async function fetchRawRows(ask: Ask, query: RawQuery, signal: AbortSignal): Promise<readonly unknown[]> {
  const { startMs, endMs, ...rest } = query;
  const parameters = { start: startMs, end: endMs, ...rest, rawData: true };
  const { json } = await ask({ endpoint: "raw", path: ["workspace-stats"], parameters }, signal);
  const answer = rawRowsSchema.safeParse(json);
  if (!answer.success) throw new ApiError("the response has no list of raw rows", { reason: "invalid_schema" });
  return answer.data;
}

const GONE = "Roboflow has removed GET /workspace-stats, and the raw rows with it";

/** The failure as a user of this command understands it. */
function explained(error: ApiError, { projectId }: PageQuery): ApiError {
  const { message, reason, status } = error;
  const because = (text: string) =>
    new ApiError(text, { reason, cause: error, ...(status === undefined ? {} : { status }) });
  if (reason === "too_large") return because(`${message}, or lower --limit`);
  if (status === 404 && projectId !== undefined) {
    const project = `--project: ${showValue(projectId)} is not found by the API (404)`;
    return because(`${project}; give the project's id, not its slug. If it is the id, ${GONE}`);
  }
  return status === 404 || status === 410 ? because(`the API answered ${status}: ${GONE}`) : error;
}

/** Makes the function that asks for a page. */
export function createAskPage(ask: Ask, query: PageQuery, redact: Redactor, signal: AbortSignal): AskPage {
  return async (offset) => {
    try {
      return readPage(await fetchRawRows(ask, { ...query, offset }, signal), redact);
    } catch (error) {
      throw error instanceof ApiError ? explained(error, query) : error;
    }
  };
}
