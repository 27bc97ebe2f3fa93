import { type Dispatcher, type Response, fetch } from "undici";
import type { Clock } from "../clock.ts";
import { ApiError } from "../errors.ts";
import { linkAbort } from "../linked-abort.ts";
import type { Redactor } from "../redact.ts";
import { USER_AGENT } from "../version.ts";
import { describeErrorBody, describeFailure } from "./error-body.ts";
import { statusError, toApiError } from "./failures.ts";
import { checkShape, shapeLimits } from "./json-shape.ts";
import { parseJson, readBody } from "./read-body.ts";
import { parseRetryAfter } from "./retry.ts";

/** Enough of an error's body to find its message in. */
const MAX_ERROR_BODY_BYTES = 65_536;

export interface GetOptions {
  readonly auth: "query" | "bearer";
  readonly apiKey: string;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  /** How many series may be published of the answers: it raises the limits of what they may hold. */
  readonly seriesLimit?: number;
}

export interface GetDeps {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly redact: Redactor;
}

/** What one attempt came to: the status (undefined without an answer) and the body, with its size, or the failure. */
export type Outcome =
  | { readonly status: number; readonly json: unknown; readonly bytes: number }
  | { readonly status: number | undefined; readonly error: ApiError };

function authorize(url: URL, options: GetOptions): { url: URL; headers: Record<string, string> } {
  const headers = { "user-agent": USER_AGENT, accept: "application/json" };
  if (options.auth === "bearer") return { url, headers: { ...headers, authorization: `Bearer ${options.apiKey}` } };
  const withKey = new URL(url);
  withKey.searchParams.set("api_key", options.apiKey);
  return { url: withKey, headers };
}

async function failureOf(response: Response, { redact, clock }: GetDeps): Promise<ApiError> {
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), clock.now());
  // The status alone says what failed; a body that cannot be read adds nothing.
  const body = await readBody(response.body, MAX_ERROR_BODY_BYTES).catch(() => undefined);
  const detail = body === undefined ? "a body that cannot be read" : describeFailure(body, redact);
  return statusError(response.status, detail, retryAfterMs);
}

async function readAnswer(response: Response, options: GetOptions, deps: GetDeps): Promise<Outcome> {
  const { status } = response;
  if (status !== 200) return { status, error: await failureOf(response, deps) };
  const body = await readBody(response.body, options.maxResponseBytes);
  checkShape(body, shapeLimits(options.seriesLimit ?? 0));
  const json = parseJson(body);
  const problem = describeErrorBody(json, deps.redact);
  if (problem === undefined) return { status, json, bytes: Buffer.byteLength(body) };
  const message = `the API answered 200 with an error: ${problem}`;
  return { status, error: new ApiError(message, { reason: "http", status }) };
}

/** A signal that fires with `signal`, or when the time is up. `cancel` lets go of the timer and of `signal`. */
function withDeadline(signal: AbortSignal, timeoutMs: number): { deadline: AbortSignal; cancel: () => void } {
  const link = linkAbort(signal);
  const reason = new ApiError(`no complete answer within ${timeoutMs / 1000} s`, { reason: "timeout" });
  const timer = setTimeout(() => {
    link.abort(reason);
  }, timeoutMs);
  const cancel = () => {
    clearTimeout(timer);
    link.release();
  };
  return { deadline: link.signal, cancel };
}

/** One GET, no repetition. Never throws: the outcome tells. The deadline covers headers and body alike. */
export async function getJson(url: URL, options: GetOptions, deps: GetDeps, signal: AbortSignal): Promise<Outcome> {
  const request = authorize(url, options);
  const { deadline, cancel } = withDeadline(signal, options.timeoutMs);
  let status: number | undefined;
  try {
    const { dispatcher } = deps;
    const init = { dispatcher, headers: request.headers, redirect: "manual", signal: deadline } as const;
    const response = await fetch(request.url, init);
    status = response.status;
    return await readAnswer(response, options, deps);
  } catch (error) {
    return { status, error: toApiError(error) };
  } finally {
    cancel();
  }
}
