import { expect, test } from "vitest";
import { ApiError } from "../../../../src/errors.ts";
import { judgeLegacy } from "../../../../src/sources/legacy/checks.ts";

test.each([
  { asked: false, judged: { verdict: "info", seen: "removed (410)" } },
  { asked: true, judged: { verdict: "problem", seen: "removed (410)", setting: "legacy: false" } },
])("a removed endpoint is a problem only where it is asked for: $asked", ({ asked, judged }) => {
  const reply = { error: new ApiError("gone", { reason: "http", status: 410 }) };
  expect(judgeLegacy(reply, asked)).toEqual(judged);
});

test("an endpoint that fails is a problem where it is asked for, and unknown elsewhere", () => {
  const reply = { error: new ApiError("the API answered 500", { reason: "http", status: 500 }) };
  expect(judgeLegacy(reply, false).verdict).toBe("unknown");
  expect(judgeLegacy(reply, true)).toEqual({
    verdict: "problem",
    seen: "the API answered 500",
    setting: "read what the answer says; for 5xx look at Roboflow's status page",
  });
});
