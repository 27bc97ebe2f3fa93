import type { ApiError } from "../errors.ts";
import { FAILURES } from "../failures.ts";

const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** A longer `Retry-After` ends the poll instead; the poller then stays silent until the time has come. */
export const MAX_WAIT_MS = 60_000;
/** However long the API asks us to stay away, we look again after this. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/** Whether the same request may succeed a moment later. */
export function isRetryable({ reason, status = 0 }: Pick<ApiError, "reason" | "status">): boolean {
  const { retried } = FAILURES[reason];
  return retried === "always" || (retried === "5xx" && status >= 500);
}

/**
 * How long to wait before the next attempt: what the API asked for, else exponential back-off with full jitter.
 * @param attempt 0 for the first repetition
 * @param random a number in [0, 1)
 */
export function retryDelayMs(attempt: number, retryAfterMs: number | undefined, random: number): number {
  return retryAfterMs ?? random * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** attempt);
}

/**
 * Reads a `Retry-After` header: seconds or an HTTP date. Dates in the past give 0, absurd waits are capped at an hour.
 * @returns undefined when the header is absent or means nothing.
 * Source: RFC 9110, section 10.2.3
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS);
  // Only HTTP dates: Date.parse alone would read "-5" as a year.
  const date = /^[A-Z][a-z]{2}, .+ GMT$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - nowMs), MAX_RETRY_AFTER_MS);
}
