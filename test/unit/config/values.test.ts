import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../../src/config/duration.ts";
import { hint, nearest } from "../../../src/config/near.ts";
import { keyText } from "../../../src/config/problem.ts";
import { readTextFile, redact } from "../../../src/config/secrets.ts";
import { showValue } from "../../../src/config/show.ts";
import { parseSize } from "../../../src/config/size.ts";

test.each([
  ["30s", 30_000],
  ["1h30m", 5_400_000],
  ["1d", 86_400_000],
  ["1w", 604_800_000],
  ["1y", 31_536_000_000],
  ["1m500ms", 60_500],
  ["0s", 0],
  ["", undefined],
  ["15", undefined],
  ["1.5h", undefined],
  ["30m1h", undefined],
  ["-1s", undefined],
  [" 1s", undefined],
])("reads the duration %j as %j ms", (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
});

test.each([
  [0, "0s"],
  [500, "500ms"],
  [400_000, "6m40s"],
  [604_800_000, "7d"],
])("writes %j ms as %j", (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test.each([
  ["10MB", 10_000_000],
  ["32MiB", 33_554_432],
  ["5B", 5],
  ["5", undefined],
  ["5 MB", undefined],
  ["5constructor", undefined],
])("reads the size %j as %j bytes", (text, sizeBytes) => {
  expect(parseSize(text)).toBe(sizeBytes);
});

test("finds the name that was meant", () => {
  const known = ["interval", "schedule", "jitter"];
  expect(nearest("intervall", known)).toBe("interval");
  expect(nearest("jiter", known)).toBe("jitter");
  expect(nearest("schdule", known)).toBe("schedule");
  expect(nearest("windows", known)).toBeUndefined();
  expect(nearest("ab", ["cd"])).toBeUndefined();
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

test.each([
  ["an error that may quote the content", new Error("rf_key"), "unknown error"],
  ["something thrown that is no error", "rf_key" as unknown as Error, "unknown error"],
  ["an error whose message is not the system's", Object.assign(new Error("rf_key"), { code: "EIO" }), "EIO"],
])("says no more of %s than is safe", (_, error, words) => {
  const reading = readTextFile("/x", () => {
    throw error;
  });
  expect(reading).toEqual({ ok: false, problem: `cannot be read (${words}); give the path of a readable file` });
});
