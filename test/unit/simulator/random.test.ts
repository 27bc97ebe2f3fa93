import { expect, test } from "vitest";

import { integerBetween, mix, opaqueId, randomFrom, seedOf } from "../../../src/simulator/random.ts";

test("the same seed gives the same stream", () => {
  const [first, second] = [randomFrom(7), randomFrom(7)];
  expect(Array.from({ length: 20 }, first)).toEqual(Array.from({ length: 20 }, second));
});

test("a stream is spread evenly", () => {
  const random = randomFrom(3);
  const mean = Array.from({ length: 20_000 }, random).reduce((sum, value) => sum + value, 0) / 20_000;
  expect(mean).toBeCloseTo(0.5, 1);
});

test("integers reach both ends and no further", () => {
  const random = randomFrom(5);
  const drawn = new Set(Array.from({ length: 500 }, () => integerBetween(random, [2, 5])));
  expect([...drawn].sort()).toEqual([2, 3, 4, 5]);
});

test("the order of what is mixed counts", () => {
  expect(seedOf(1, 2, 3)).not.toBe(seedOf(1, 3, 2));
  expect(mix(1, 2)).not.toBe(mix(2, 1));
  expect(seedOf(9, 9)).toBeGreaterThanOrEqual(0);
});

test("an id is alphanumeric and has the length asked for", () => {
  expect(opaqueId(11, 28)).toMatch(/^[A-Za-z0-9]{28}$/);
  expect(opaqueId(11, 28)).not.toBe(opaqueId(12, 28));
});
