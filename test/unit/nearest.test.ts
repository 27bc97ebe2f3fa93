import { expect, test } from "vitest";
import { hint, nearest } from "../../src/nearest.ts";

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
