import { ApiError } from "../errors.ts";
import { FAILURES } from "../failures.ts";
import { type Steps, createQueue, inSlices } from "../steps.ts";
import { type GetDeps, type GetOptions, type Outcome, getJson } from "./get-json.ts";
import type { Enter, Release } from "./limiter.ts";

/** One request: a GET. */
export interface ApiRequest {
  /** What the request is counted under: the label `endpoint`. */
  readonly endpoint: string;
  /** The path's segments after the base URL, not encoded. */
  readonly path: readonly string[];
  /** Those that are undefined are not sent. */
  readonly parameters?: object;
}

/** An answer as it came. */
export interface Answer {
  readonly json: unknown;
  /** Of the body, decompressed. */
  readonly bytes: number;
  /** From the request to the end of the body, without earlier attempts. */
  readonly seconds: number;
}

/** Asks the API with one key. Throws {@link ApiError} only. */
export type Ask = (request: ApiRequest, signal: AbortSignal) => Promise<Answer>;

/** Hears of every attempt, so that the client itself knows nothing of metrics. */
export interface RequestObserver {
  readonly onRequest: (endpoint: string, status: number | undefined, seconds: number) => void;
  readonly onRetry: (endpoint: string, error: ApiError, delayMs: number) => void;
}

export interface ClientOptions extends Omit<GetOptions, "apiKey"> {
  readonly url: string;
  /** The key, or what gives the key of the moment; it is asked before each request. */
  readonly apiKey: string | (() => Promise<string>);
  readonly retries: number;
}

export interface ClientDeps extends GetDeps {
  readonly random: () => number;
  readonly observer: RequestObserver;
  /** Waits for the turn of each attempt, before its time begins to count; without it none waits. */
  readonly enter?: Enter;
}

/** The URL of a request, without the key. */
export function urlOf(base: string, { path, parameters = {} }: ApiRequest): URL {
  const url = new URL(`${base}/${path.map(encodeURIComponent).join("/")}`);
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

/** A client for one key. It knows requests and failures, and no endpoint. */
export function createClient(options: ClientOptions, deps: ClientDeps): Ask {
  return (request, signal) =>
    getWithRetries({ endpoint: request.endpoint, url: urlOf(options.url, request) }, options, deps, signal);
}

/** From this size on, in bytes, an answer is large: reading it takes memory, and seconds. */
const LARGE_BYTES = 2 ** 20;

/** Of the whole process: however many workspaces answer at once, one large answer is read at a time. */
const oneLargeAnswer = createQueue();

/**
 * Reads an answer step by step, so that others have the event loop meanwhile.
 * @throws ApiError, and what `read` throws
 */
export async function readAnswer<T>(
  { json, bytes }: Answer,
  read: (json: unknown) => Steps<T>,
  signal: AbortSignal,
): Promise<T> {
  const work = () => inSlices(read(json), signal);
  try {
    return await (bytes > LARGE_BYTES ? oneLargeAnswer(work) : work());
  } catch (error) {
    if (!signal.aborted || error instanceof ApiError) throw error;
    throw new ApiError("stopped while the answer was read", { reason: "network", cause: error });
  }
}

function currentKey({ apiKey }: ClientOptions): Promise<string> {
  return typeof apiKey === "string" ? Promise.resolve(apiKey) : apiKey();
}

const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** A longer `Retry-After` ends the poll instead; the poller then stays silent until the time has come. */
export const MAX_WAIT_MS = 60_000;

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

/** What is asked for, and what it is counted under. */
interface Target {
  readonly endpoint: string;
  readonly url: URL;
}

async function getWithRetries(
  target: Target,
  options: ClientOptions,
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<Answer> {
  let apiKey = await currentKey(options);
  let isRenewed = false;
  let failure: ApiError | undefined;
  for (let attempt = 0; ; attempt++) {
    const release = await turnOf(deps, signal, failure);
    const outcome = await getObserved(target, { ...options, apiKey }, deps, signal).finally(release);
    if ("json" in outcome) return outcome;
    const { error } = outcome;
    failure = error;
    const rejected = apiKey;
    apiKey = await currentKey(options);
    // The key was replaced while the request ran, or since: the new one is tried at once, but only once.
    if (error.reason === "unauthorized" && apiKey !== rejected && !isRenewed && !signal.aborted) {
      isRenewed = true;
      continue;
    }
    const delayMs = retryDelayMs(attempt, error.retryAfterMs, deps.random());
    if (attempt >= options.retries || signal.aborted || !isRetryable(error) || delayMs > MAX_WAIT_MS) throw error;
    deps.observer.onRetry(target.endpoint, error, delayMs);
    // After an abort during the wait, the failure that made us wait is reported: it says more than "aborted".
    await deps.clock.sleep(delayMs, signal).catch(() => Promise.reject(error));
  }
}

/** Waits for an attempt's turn. An abort ends it with what is known: the failure that made us ask again, or the reason. */
async function turnOf({ enter }: ClientDeps, signal: AbortSignal, failure: ApiError | undefined): Promise<Release> {
  try {
    return enter ? await enter(signal) : () => undefined;
  } catch (error) {
    const stopped = new ApiError("stopped before the request was made", { reason: "network", cause: error });
    throw failure ?? (error instanceof ApiError ? error : stopped);
  }
}

async function getObserved(
  { endpoint, url }: Target,
  options: GetOptions,
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<Outcome & { readonly seconds: number }> {
  const start = deps.clock.moment();
  const outcome = await getJson(url, options, deps, signal);
  const seconds = deps.clock.moment().msSince(start) / 1000;
  deps.observer.onRequest(endpoint, outcome.status, seconds);
  return { ...outcome, seconds };
}
