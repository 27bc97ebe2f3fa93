import { expect, test } from "vitest";
import { isSettled, neededDays, questionsOf } from "../../../src/backfill/questions.ts";
import { SOURCES } from "../../../src/sources/sources.ts";
import { parseWindow } from "../../../src/calendar/windows.ts";

const windows = (...names: readonly string[]) => names.flatMap((name) => parseWindow(name) ?? []);
const sources = SOURCES.flatMap(({ name, history }) => (history ? [{ name, history }] : []));
const always = sources.filter(({ history }) => history.flag === undefined);
const asked = (from: string, to: string, names: readonly string[], exact: boolean) =>
  [...questionsOf({ from, to, windows: windows(...names) }, { exact, sources: always })].map(
    ({ window, date, day }) => ({
      window: window.name,
      date,
      day,
    }),
  );

test.each([
  { names: ["today"], first: "2024-05-15" },
  { names: ["today", "7d"], first: "2024-05-09" },
  { names: ["week"], first: "2024-05-13" },
  { names: ["month", "week"], first: "2024-05-01" },
  { names: ["7d", "all"], first: "2023-08-01" },
])("for $names the days from $first on are needed", ({ names, first }) => {
  const period = { from: "2024-05-15", to: "2024-05-16", windows: windows(...names) };
  const line = neededDays(period, { exact: false, sources: always });
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
])("an answer of $asked about 2024-05-15 is final after 14 days: $settled", ({ asked: on, settled }) => {
  expect(isSettled("2024-05-15", on, 14)).toBe(settled);
});

test("each source is asked for the days that it knows, the most important last", () => {
  const period = { from: "2023-08-01", to: "2023-08-01", windows: windows("today", "2d", "all") };
  const all = [...questionsOf(period, { exact: true, sources })];
  expect(all.map(({ source, window, date }) => `${source.name} ${window.name} ${date}`)).toEqual([
    "legacy 1d 2023-07-31",
    "legacy 1d 2023-08-01",
    "insights 1d 2023-08-01",
    "insights 2d 2023-08-01",
    "insights all 2023-08-01",
  ]);
});
