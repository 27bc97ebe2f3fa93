import { expect, test } from "vitest";
import { isSettled, neededDays, questionsOf } from "../../../src/backfill/questions.ts";
import { parseWindow } from "../../../src/calendar/windows.ts";

const windows = (...names: readonly string[]) => names.flatMap((name) => parseWindow(name) ?? []);
const asked = (from: string, to: string, names: readonly string[], exact: boolean) =>
  [...questionsOf({ from, to, windows: windows(...names) }, { exact, legacy: false })].map(({ window, date, day }) => ({
    window: window.name,
    date,
    day,
  }));

test.each([
  { names: ["today"], first: "2024-05-15" },
  { names: ["today", "7d"], first: "2024-05-09" },
  { names: ["week"], first: "2024-05-13" },
  { names: ["month", "week"], first: "2024-05-01" },
  { names: ["7d", "all"], first: "2023-08-01" },
])("for $names the days from $first on are needed", ({ names, first }) => {
  const period = { from: "2024-05-15", to: "2024-05-16", windows: windows(...names) };
  const line = neededDays(period, { exact: false, legacy: false });
  expect(line.first).toBe(first);
});

test("each needed day is asked for once; with exact each wide window of each written day too", () => {
  expect(asked("2024-05-15", "2024-05-15", ["today", "2d", "1d"], false)).toEqual([
    { window: "1d", date: "2024-05-14", day: 0 },
    { window: "1d", date: "2024-05-15", day: 1 },
  ]);
  expect(asked("2024-05-15", "2024-05-15", ["today", "2d", "1d"], true)).toEqual([
    { window: "1d", date: "2024-05-14", day: 0 },
    { window: "1d", date: "2024-05-15", day: 1 },
    { window: "2d", date: "2024-05-15", day: 1 },
  ]);
});

test.each([
  { asked: "2024-05-29", settled: false },
  { asked: "2024-05-30", settled: true },
])("an answer of $asked about 2024-05-15 is the last word after 14 days: $settled", ({ asked: on, settled }) => {
  expect(isSettled("2024-05-15", on, 14)).toBe(settled);
});

test("the legacy endpoint is asked for each day, and alone for those before 2023-08-01", () => {
  const period = { from: "2023-08-01", to: "2023-08-01", windows: windows("today", "2d", "all") };
  const all = [...questionsOf(period, { exact: true, legacy: true })];
  expect(all.map(({ endpoint, window, date }) => `${endpoint} ${window.name} ${date}`)).toEqual([
    "legacy 1d 2023-07-31",
    "legacy 1d 2023-08-01",
    "stats 1d 2023-08-01",
    "stats 2d 2023-08-01",
    "stats all 2023-08-01",
  ]);
});
