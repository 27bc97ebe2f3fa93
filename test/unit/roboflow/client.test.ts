import { expect, test } from "vitest";
import { isRetryable } from "../../../src/roboflow/client.ts";
import { ApiError } from "../../../src/errors.ts";
import { FAILURE_REASONS } from "../../../src/failures.ts";

test("only what may pass by itself is retryable", () => {
  const retryable = FAILURE_REASONS.filter((reason) => isRetryable(new ApiError("", { reason })));
  expect(retryable).toEqual(["timeout", "network", "rate_limited"]);
  const statuses = [200, 204, 302, 400, 409, 422, 499, 500, 501, 599];
  const retried = statuses.filter((status) => isRetryable(new ApiError("", { reason: "http", status })));
  expect(retried).toEqual([500, 501, 599]);
});
