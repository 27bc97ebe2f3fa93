import { expect, test } from "vitest";
import { ApiError, internalError } from "../../../src/errors.ts";
import { statusError } from "../../../src/roboflow/error-response.ts";
import { failed, namesText, oneLine } from "../../../src/sources/checks.ts";

test("texts from outside are cut to one line", () => {
  expect(oneLine(" a\n\tb\u202e c ")).toBe("a b c");
  expect(oneLine("y".repeat(999))).toBe(`${"y".repeat(300)}…`);
  expect(namesText(["a", "b"])).toBe("a, b");
});

test("a failure that is a bug is shown with the stack to report, a line each", () => {
  const bug = new TypeError("x is not iterable");
  expect(failed(internalError(bug))).toEqual({
    verdict: "problem",
    seen: "an unexpected TypeError, a bug in the exporter",
    setting: "please report it with its stack",
    details: bug.stack?.split("\n").map(oneLine),
  });
});

test("an answer with too many values is not said to be too large in bytes", () => {
  const error = new ApiError("it holds more than 9 values; raise limits.series", { reason: "too_large" });
  expect(failed(error).setting).toBe("raise the setting it names, or filter by project");
});

test("a remedy that the message ends with has its own line only", () => {
  const { seen, setting } = failed(statusError(423, "unpaid", undefined));
  expect(seen).toBe("the API answered 423: usage is paused: unpaid");
  expect(setting).toBe("look at the workspace's plan and billing, or ask its owner");
});
