import { FAILURES, type FailureReason } from "./failures.ts";

export interface ApiErrorDetails {
  readonly reason: FailureReason;
  /** HTTP status, when the API answered. */
  readonly status?: number;
  /** What the API asked for in `Retry-After`. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The API failed. The message never holds the key: it is built from our own words and redacted text only. */
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
 * What a poll threw that is not an {@link ApiError}: a bug, and that poll's failure. What was thrown is the cause; its own
 * message, which may hold anything, is only for where its stack is shown.
 */
export function internalError(thrown: unknown): ApiError {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new ApiError(`an unexpected ${name}, a bug in the exporter; ${FAILURES.internal.remedy}`, {
    reason: "internal",
    cause: thrown,
  });
}

/** The stack that an {@link internalError} asks to be reported, for where there is no log; undefined for other failures. */
export function stackOfBug({ reason, cause }: Pick<ApiError, "reason" | "cause">): string | undefined {
  if (reason !== "internal") return undefined;
  return cause instanceof Error && cause.stack !== undefined ? cause.stack : String(cause);
}

/** The configuration cannot be used. Holds every problem found, each naming the key, the value and the remedy. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** The system's code of an error, like `ENOENT`; undefined when it has none. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Why a file cannot be used, in the system's words; never more of the error, since it might quote the content. */
export function systemWords(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined || !(error instanceof Error)) return "unknown error";
  return error.message.startsWith(code) ? (error.message.split(",")[0] ?? code) : code;
}

/** A file is not used. The message completes "the file …" and holds nothing of its content. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}
