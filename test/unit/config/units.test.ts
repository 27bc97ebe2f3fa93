import { expect, test } from "vitest";
import { formatDuration, parseDuration, parseSize } from "../../../src/config/units.ts";

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
