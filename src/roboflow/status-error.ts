import { ApiError } from "../errors.ts";
import { FAILURES, failureOfStatus } from "../failures.ts";

/** What only a person can mend comes with its remedy. */
function meaningWithRemedy(status: number): string | undefined {
  const { reason, meaning } = failureOfStatus(status);
  const { retried, remedy } = FAILURES[reason];
  return retried === "never" ? [meaning, remedy].filter(Boolean).join("; ") : meaning;
}

/** An answer whose status is not 200. `detail` is the redacted text of its body. */
export function statusError(status: number, detail: string, retryAfterMs: number | undefined): ApiError {
  const message = [`the API answered ${status}`, meaningWithRemedy(status), detail].filter(Boolean).join(": ");
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new ApiError(message, { reason: failureOfStatus(status).reason, status, ...wait });
}
