import { expect, test } from "vitest";
import { lineTimes, sampleTimes } from "../../../src/backfill/days.ts";

const HOURLY = { timezone: "UTC", stepSeconds: 3600, before: Infinity };
const times = (date: string, next: string, sampling: object = {}) =>
  sampleTimes(date, next, { ...HOURLY, ...sampling }).map((time) => new Date(time * 1000).toISOString().slice(5, 19));

test("a day is written every step after midnight and in its last second", () => {
  const written = times("2024-05-17", "2024-05-18");
  expect(written).toHaveLength(24);
  expect(written.slice(0, 2)).toEqual(["05-17T01:00:00", "05-17T02:00:00"]);
  expect(written.slice(-2)).toEqual(["05-17T23:00:00", "05-17T23:59:59"]);
});

test.each([
  { what: "an hour short", date: "2024-03-31", next: "2024-04-01", count: 23, last: "03-31T21:59:59" },
  { what: "an hour long", date: "2024-10-27", next: "2024-10-28", count: 25, last: "10-27T22:59:59" },
])("a day that is $what is written to its end", ({ date, next, count, last }) => {
  const written = times(date, next, { timezone: "Europe/Berlin" });
  expect(written).toHaveLength(count);
  expect(written.at(-1)).toBe(last);
});

test("a step of a day writes a day's last second alone", () => {
  expect(times("2024-05-17", "2024-05-18", { stepSeconds: 86_400 })).toEqual(["05-17T23:59:59"]);
});

test("nothing is written at or after the limit", () => {
  const before = Date.parse("2024-05-17T03:00:00Z") / 1000;
  expect(times("2024-05-17", "2024-05-18", { before })).toEqual(["05-17T01:00:00", "05-17T02:00:00"]);
});

test("days before the first to be written have no times", () => {
  const line = { first: "2024-05-01", count: 3 };
  const counts = lineTimes(line, "2024-05-02", HOURLY).map((day) => day.length);
  expect(counts).toEqual([0, 24, 24]);
});
