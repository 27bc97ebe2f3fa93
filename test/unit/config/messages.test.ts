import { expect, test } from "vitest";
import { keyText, showValue } from "../../../src/config/messages.ts";

test("writes paths so that they can be found again", () => {
  expect(keyText(["workspaces", 1, "approval_target", "my project"])).toBe(
    'workspaces[1].approval_target["my project"]',
  );
  expect(keyText([])).toBe("");
});

test("shows what a value is, never what it holds", () => {
  expect([[], [1], {}, null, true, "é"].map(showValue)).toEqual(["[]", "[…]", "{…}", "null", "true", '"é"']);
});
