import { FAILURES, type FailureReason } from "./failures.ts";

export interface ApiErrorDetails {
  readonly reason: FailureReason;
  /** HTTP status, when the API answered. */
  readonly status?: number;
  /** How long the API asked to wait, in `Retry-After`. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The API failed. The message never contains the key: it is made of our own words and redacted text. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly reason: FailureReason;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: ApiErrorDetails) {
    super(message, { cause: details.cause });
    this.reason = details.reason;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/**
 * The failure of a poll that threw something other than an {@link ApiError}, which is a bug. What was thrown is the cause;
 * its message may contain anything, so it is shown only together with its stack.
 */
export function internalError(thrown: unknown): ApiError {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new ApiError(`an unexpected ${name}, a bug in the exporter; ${FAILURES.internal.remedy}`, {
    reason: "internal",
    cause: thrown,
  });
}

/** The stack of an {@link internalError}, to be shown by commands without a log; undefined for other failures. */
export function stackOfBug({ reason, cause }: Pick<ApiError, "reason" | "cause">): string | undefined {
  if (reason !== "internal") return undefined;
  return cause instanceof Error && cause.stack !== undefined ? cause.stack : String(cause);
}

/** The configuration cannot be used. Each problem names the key, the value and the remedy. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** The system's code of an error, like `ENOENT`; undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Why a file cannot be used, in the system's words, and nothing else: an error might quote the file's content. */
export function systemWords(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined || !(error instanceof Error)) return "unknown error";
  return error.message.startsWith(code) ? (error.message.split(",")[0] ?? code) : code;
}

/** A file is not used. The message completes "the file …" and never quotes its content. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}
