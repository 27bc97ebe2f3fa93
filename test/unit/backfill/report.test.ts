import { expect, test } from "vitest";
import { announcement } from "../../../src/backfill/report.ts";
import { parseWindow } from "../../../src/calendar/windows.ts";
import { SOURCES } from "../../../src/sources/sources.ts";

const sources = SOURCES.flatMap(({ name, history }) =>
  history?.flag === undefined && history ? [{ name, history }] : [],
);
const windows = (...names: readonly string[]) => names.flatMap((name) => parseWindow(name) ?? []);

function announced(from: string, names: readonly string[], exact: boolean): string[] {
  const period = { from, to: "2024-05-31", windows: windows(...names) };
  const options = { sources, exact, cache: "x.cache", requestsPerSecond: 2, stepSeconds: 3600 };
  return announcement(period, options, 1234).trimEnd().split("\n");
}

const TIME =
  "1,234 responses are needed, from the cache x.cache or from the API: up to 11 min at 2 requests per second.";

test("time and size come first, then why earlier days are needed, and what will be missing", () => {
  expect(announced("2024-05-02", ["today", "7d", "all"], false)).toEqual([
    TIME,
    "Each series takes up to 0.1 MB of text (720 samples); a longer --step makes it smaller.",
    "Days from 2023-08-01 on are needed, because windows of 2024-05-02 begin there: all.",
    "Without --exact, approval and unique images have no values in 7d, all: panels of approval stay empty for the past.",
  ]);
});

test("the first day that the API has is called so", () => {
  expect(announced("2023-08-01", ["7d"], true)).toEqual([
    TIME,
    "Each series takes up to 1.4 MB of text (7,320 samples); a longer --step makes it smaller.",
    "2023-08-01 is the first day that the API has; --from takes a later one.",
  ]);
});

test("nothing is missing in windows of a day, which need no earlier days", () => {
  expect(announced("2024-05-02", ["today"], false)).toHaveLength(2);
});
