import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ratioOf } from "../../src/answers/numbers.ts";

/** The digits of a number and where its point is, without zeros that say nothing: 96.130 is 9613 and -2. */
function decimal(value: number): { digits: bigint; exponent: number } {
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const fraction = mantissa.split(".")[1] ?? "";
  return { digits: BigInt(mantissa.replace(".", "")), exponent: Number(exponent) - fraction.length };
}

describe("a percentage as a ratio", () => {
  test.each([
    { percent: 96.13, ratio: 0.9613 },
    { percent: 0, ratio: 0 },
    { percent: 100, ratio: 1 },
    { percent: 7, ratio: 0.07 },
    { percent: 12.345678901234, ratio: 0.12345678901234 },
    { percent: 1e-7, ratio: 1e-9 },
    { percent: 5e-324, ratio: 0 },
  ])("$percent is $ratio", ({ percent, ratio }) => {
    expect(ratioOf(percent)).toBe(ratio);
  });

  test("has the digits that the API wrote, the point two places to the left", () => {
    const percents = fc.integer({ min: 1, max: 10_000_000 }).map((value) => Number(`${value}e-5`));
    fc.assert(
      fc.property(percents, (percent) => {
        const [before, after] = [decimal(percent), decimal(ratioOf(percent))];
        expect(after).toEqual({ digits: before.digits, exponent: before.exponent - 2 });
      }),
      { numRuns: 2_000 },
    );
  });

  test("is never above 1 or below 0, and keeps the order", () => {
    const percent = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(percent, percent, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect([0 <= ratioOf(low), ratioOf(low) <= ratioOf(high), ratioOf(high) <= 1]).toEqual([true, true, true]);
      }),
    );
  });
});
