import { expect, test } from "vitest";
import { parseSize } from "../../../src/config/values.ts";

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
