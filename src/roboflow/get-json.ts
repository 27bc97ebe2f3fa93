import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { type Timer, withDeadline } from "../abort.ts";
import { ApiError } from "../errors.ts";
import { type Redactor, mayHide, redactDocument, seeingThrough } from "../redact.ts";
import { type Steps, createQueue, inSlices } from "../steps.ts";
import { USER_AGENT } from "../version.ts";
import { brokenError } from "./connection-errors.ts";
import type { Dispatcher, Response } from "./dispatcher.ts";
import { describeErrorBody, describeFailure, parseRetryAfter, statusError } from "./error-response.ts";
import { hostPort } from "./proxy.ts";
import { ACCEPT_ENCODING, parseJson, readBody } from "./read-body.ts";
import { checkShape, shapeLimits } from "./shape.ts";

/** Enough of an error's body to find its message in. */
const MAX_ERROR_BODY_BYTES = 65_536;

export interface GetOptions {
  readonly auth: "query" | "bearer";
  readonly apiKey: string;
  /** Whether messages may quote what the API says, which may name people. */
  readonly isQuoted: boolean;
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
  const headers = { "user-agent": USER_AGENT, accept: "application/json", "accept-encoding": ACCEPT_ENCODING };
  if (options.auth === "bearer") return { url, headers: { ...headers, authorization: `Bearer ${options.apiKey}` } };
  const withKey = new URL(url);
  withKey.searchParams.set("api_key", options.apiKey);
  return { url: withKey, headers };
}

const WITHHELD = "its words are withheld, because people.identity is hmac";

/** The status alone is the failure; a body that cannot be read is not another failure. */
async function describeBody(response: Response, redact: Redactor): Promise<string> {
  try {
    return describeFailure(await readBody(response, MAX_ERROR_BODY_BYTES, redact), redact);
  } catch (error) {
    const isTooLarge = error instanceof ApiError && error.reason === "too_large";
    return isTooLarge ? `a body of more than ${MAX_ERROR_BODY_BYTES / 1024} KiB` : "a body that cannot be read";
  }
}

async function failureOf(response: Response, isQuoted: boolean, { redact, clock }: GetDeps): Promise<ApiError> {
  const retryAfterMs = parseRetryAfter(response.header("retry-after"), clock.now());
  const said = await describeBody(response, redact);
  return statusError(response.statusCode, isQuoted ? said : WITHHELD, retryAfterMs);
}

/** What must be removed from a document: visible secrets, and characters that may hide one. */
interface Unclean {
  readonly hasSecret: boolean;
  readonly hides: boolean;
}

/** @param pieces of a text, none of which ends within a string of JSON */
function* findUnclean(pieces: readonly string[], redact: Redactor): Steps<Unclean> {
  let [hasSecret, hides] = [false, false];
  for (const piece of pieces) {
    hasSecret ||= redact(piece) !== piece;
    hides ||= mayHide(piece);
    yield;
  }
  return { hasSecret, hides };
}

/** Should the API repeat the key in names, ids or notices, it goes no further than this. */
function clean(json: unknown, { hasSecret, hides }: Unclean, redact: Redactor): unknown {
  return hasSecret || hides ? redactDocument(json, seeingThrough(redact, !hasSecret)) : json;
}

/** Of the whole process: answers that come together are parsed in turns of the event loop of their own. */
const ownTurn = createQueue();

async function readAnswer(response: Response, options: GetOptions, deps: GetDeps): Promise<Outcome> {
  const { statusCode: status } = response;
  if (status !== 200) return { status, error: await failureOf(response, options.isQuoted, deps) };
  const body = await readBody(response, options.maxResponseBytes, deps.redact);
  const pieces = await inSlices(checkShape(body, shapeLimits(options.seriesLimit ?? 0)));
  const unclean = await inSlices(findUnclean(pieces, deps.redact));
  const isDelimited = [response.header("content-length"), response.header("transfer-encoding")].some(Boolean);
  await ownTurn(nextTurn);
  const json = clean(parseJson(body, isDelimited), unclean, deps.redact);
  const problem = describeErrorBody(json, body, deps.redact);
  if (problem === undefined) return { status, json, bytes: Buffer.byteLength(body) };
  const message = `the API answered 200 with an error: ${options.isQuoted ? problem : WITHHELD}`;
  return { status, error: new ApiError(message, { reason: "http", status }) };
}

function timerOf(ms: number): Timer {
  return (fire) => {
    const timer = setTimeout(fire, ms);
    return () => {
      clearTimeout(timer);
    };
  };
}

/** The host a URL leads to, without anything that could hold a key. */
function peerOf({ protocol, hostname, port }: URL): string {
  const usual = protocol === "https:" ? 443 : 80;
  return hostPort({ hostname: hostname.replace(/^\[(.*)\]$/, "$1"), port: port === "" ? usual : Number(port) });
}

/** Takes a body that is not read, or not to its end, from the network. */
function leave({ body }: Response): void {
  if (!body.readableEnded) body.on("error", () => undefined).destroy();
}

/** Resolves or fails as the work does, or fails as soon as the signal fires, whatever the work then still waits for. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    signal.addEventListener("abort", stop);
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", stop);
    });
  });
}

/** One GET, no repetition. Never throws: a failure is an outcome. The deadline covers headers and body alike. */
export async function getJson(url: URL, options: GetOptions, deps: GetDeps, signal: AbortSignal): Promise<Outcome> {
  const request = authorize(url, options);
  const late = new ApiError(`no complete answer within ${options.timeoutMs / 1000} s`, { reason: "timeout" });
  const { signal: deadline, end } = withDeadline(signal, timerOf(options.timeoutMs), late);
  let status: number | undefined;
  try {
    deadline.throwIfAborted();
    // A name that DNS does not answer for holds a request up, aborted or not.
    const response = await unlessAborted(deps.dispatcher.get(request.url, request.headers, deadline), deadline);
    status = response.statusCode;
    return await readAnswer(response, options, deps).finally(() => {
      leave(response);
    });
  } catch (error) {
    return { status, error: brokenError(peerOf(url), error, status !== undefined) };
  } finally {
    end();
  }
}
