import { DEFAULT_START, ManualClock } from "../../support/manual-clock.ts";
import { onTestFinished } from "vitest";
import { type ClientOptions as Options, createClient } from "../../../src/roboflow/client.ts";
import { statsFetcher } from "../../../src/sources/insights/requests.ts";
import type { ApiConfig } from "../../../src/config/config.ts";
import { createDispatcher } from "../../../src/roboflow/dispatcher.ts";
import type { Enter } from "../../../src/roboflow/limiter.ts";
import type { ProxyEnvironment } from "../../../src/roboflow/proxy.ts";
import { ApiError } from "../../../src/errors.ts";
import { createRedactor } from "../../../src/redact.ts";
import { type Answer, type ApiServer, startApiServer } from "../../support/api-server.ts";

/** A key that a URL, a header and JSON each spell differently. Its tail is a word that stands nowhere else. */
export const KEY = `k/e+y &1'"\\-9f86d081884c7d65`;
/** The tail of {@link KEY}: must show nowhere, not even when a text was cut. */
export const KEY_TAIL = "9f86d081884c7d65";

export const WEEK = { startDate: "2026-11-12", endDate: "2026-11-18" };
export const EMPTY_STATS = { data: [], labelers: [], stats: {} };

/** Everything an observer heard of, in order. */
type Observation =
  | {
      readonly kind: "request";
      readonly endpoint: string;
      readonly status: number | undefined;
      readonly seconds: number;
    }
  | { readonly kind: "retry"; readonly endpoint: string; readonly error: ApiError; readonly delayMs: number };

export interface ClientOptions extends Partial<Options> {
  readonly endDate?: ApiConfig["endDate"];
  readonly clock?: ManualClock;
  readonly random?: number;
  readonly env?: ProxyEnvironment;
  readonly enter?: Enter;
}

/** A client for a server at `url`, closed with the test. By default it never repeats a request. */
export function clientFor(
  url: string,
  {
    clock = new ManualClock(DEFAULT_START, { wakes: "at once" }),
    random = 0.5,
    env = {},
    endDate = "inclusive",
    enter,
    ...given
  }: ClientOptions = {},
) {
  const observations: Observation[] = [];
  const dispatcher = createDispatcher(env);
  onTestFinished(() => dispatcher.destroy());
  const options: Options = {
    url,
    apiKey: KEY,
    auth: "query",
    retries: 0,
    isQuoted: true,
    timeoutMs: 20_000,
    maxResponseBytes: 1_000_000,
    ...given,
  };
  const redact = createRedactor([typeof options.apiKey === "string" ? options.apiKey : ""]);
  const ask = createClient(options, {
    dispatcher,
    clock,
    redact,
    random: () => random,
    ...(enter ? { enter } : {}),
    observer: {
      onRequest: (endpoint, status, seconds) => observations.push({ kind: "request", endpoint, status, seconds }),
      onRetry: (endpoint, error, delayMs) => observations.push({ kind: "retry", endpoint, error, delayMs }),
    },
  });
  const fetchStatsOf = (workspace: string) => statsFetcher(ask, workspace, { endDate });
  return { ask, redact, fetchStatsOf, clock, observations };
}

/** A server that is closed with the test. */
export async function serve(...script: readonly [Answer, ...Answer[]]): Promise<ApiServer> {
  const server = await startApiServer(...script);
  onTestFinished(() => server.close());
  return server;
}

/** A server and its client. */
export async function serveClient(script: readonly [Answer, ...Answer[]], options: ClientOptions = {}) {
  const server = await serve(...script);
  const made = clientFor(server.url, options);
  const fetchStats = (signal = new AbortController().signal) => made.fetchStatsOf("acme")(WEEK, signal);
  return { server, fetchStats, ...made };
}

/** What a test says about a failure. */
export interface Failure {
  readonly reason: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly message: string;
}

/** The error of a promise that must fail with an ApiError. */
export async function errorOf(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (failure: unknown) => failure,
  );
  if (error instanceof ApiError) return error;
  throw error;
}

/** As {@link errorOf}, in plain facts. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const { reason, status, retryAfterMs, message } = await errorOf(promise);
  return { reason, status, retryAfterMs, message };
}
