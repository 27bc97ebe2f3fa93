import type { IncomingMessage } from "node:http";

/** How long a response may take. */
export interface ResponseLimits {
  /** For a client that does not say how long it waits. */
  readonly responseMs: number;
  /** The longest that a client can ask for. */
  readonly longestResponseMs: number;
}

/**
 * How long the response to a request may take, to its last byte. Prometheus says how long it waits, and what comes later
 * is of no use to it. Source: Prometheus' `scrape/scrape.go`
 */
export function responseLimitMs({ headers }: IncomingMessage, limits: ResponseLimits): number {
  const seconds = Number(headers["x-prometheus-scrape-timeout-seconds"]);
  return seconds > 0 ? Math.min(seconds * 1000, limits.longestResponseMs) : limits.responseMs;
}
