import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../src/config/units.ts";

test("a duration that was formatted is read back the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (durationMs) => {
      expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
    }),
  );
});

test("no text makes the reader throw or yield less than nothing", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseDuration(text) ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});
