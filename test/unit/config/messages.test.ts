import { expect, test } from "vitest";
import { hint, keyText, nearest, redact, showValue } from "../../../src/config/messages.ts";

test("finds the name that was meant", () => {
  const known = ["interval", "schedule", "jitter"];
  expect(nearest("intervall", known)).toBe("interval");
  expect(nearest("jiter", known)).toBe("jitter");
  expect(nearest("schdule", known)).toBe("schedule");
  expect(nearest("windows", known)).toBeUndefined();
  expect(nearest("ab", ["cd"])).toBeUndefined();
  expect(nearest("", ["a"])).toBe(undefined);
  expect(nearest("apiKeyFile", ["api_key_file"])).toBe("api_key_file");
  expect(nearest("x".repeat(1000), ["x".repeat(900)])).toBeUndefined();
  expect(
    hint(
      "x",
      Array.from({ length: 13 }, (_, index) => `name${index}`),
      "the docs",
    ),
  ).toBe("see the docs");
});

test("writes paths so that they can be found again", () => {
  expect(keyText(["workspaces", 1, "approval_target", "my project"])).toBe(
    'workspaces[1].approval_target["my project"]',
  );
  expect(keyText([])).toBe("");
});

test("shows what a value is, never what it holds", () => {
  expect([[], [1], {}, null, true, "é"].map(showValue)).toEqual(["[]", "[…]", "{…}", "null", "true", '"é"']);
});

test("hides secrets in messages, in JSON too, but no text too short to be one", () => {
  expect(redact(['is "abc\\"defgh" or abc"defgh'], ['abc"defgh', "is"])).toEqual(['is "<secret>" or <secret>']);
});
