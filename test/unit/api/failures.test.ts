import { describe, expect, test } from "vitest";
import { toApiError } from "../../../src/api/failures.ts";
import { isRetryable } from "../../../src/api/retry.ts";
import { ApiError, FAILURE_REASONS } from "../../../src/errors.ts";

function withCode(code: unknown): Error {
  return Object.assign(new Error("GET http://api/?api_key=secret failed"), { code });
}

describe("what is thrown while a request runs", () => {
  test.each([
    { name: "a connect timeout", error: withCode("UND_ERR_CONNECT_TIMEOUT"), reason: "timeout" as const },
    { name: "a headers timeout", error: withCode("UND_ERR_HEADERS_TIMEOUT"), reason: "timeout" as const },
    { name: "a body timeout", error: withCode("UND_ERR_BODY_TIMEOUT"), reason: "timeout" as const },
    { name: "a timeout of the system", error: withCode("ETIMEDOUT"), reason: "timeout" as const },
    { name: "a reset", error: withCode("ECONNRESET"), reason: "network" as const },
    { name: "an unknown host", error: withCode("ENOTFOUND"), reason: "network" as const },
  ])("becomes $reason and keeps the code only: $name", ({ error, reason }) => {
    const { code } = error as Error & { code: string };
    const does = reason === "timeout" ? "timed out" : "failed";
    const expected = new ApiError(`the connection ${does} (${code})`, { reason });
    expect(toApiError(error)).toEqual(expected);
    expect(toApiError(error).cause).toBeUndefined();
    const wrapped = new TypeError("fetch failed", { cause: new Error("inner", { cause: error }) });
    expect(toApiError(wrapped)).toEqual(expected);
  });

  test.each([undefined, null, "secret", new Error("secret"), withCode(20), { cause: { cause: null } }])(
    "has no code when there is none: %s",
    (error) => {
      const { reason, message } = toApiError(error);
      expect({ reason, message }).toEqual({ reason: "network", message: "the connection failed (no code)" });
    },
  );

  test("stays what it is when it is an ApiError", () => {
    const error = new ApiError("too large", { reason: "too_large" });
    expect(toApiError(error)).toBe(error);
  });
});

test("only what may pass by itself is retryable", () => {
  const retryable = FAILURE_REASONS.filter((reason) => isRetryable(new ApiError("", { reason })));
  expect(retryable).toEqual(["timeout", "network", "rate_limited"]);
  const statuses = [200, 204, 302, 400, 409, 422, 499, 500, 501, 599];
  const retried = statuses.filter((status) => isRetryable(new ApiError("", { reason: "http", status })));
  expect(retried).toEqual([500, 501, 599]);
});
