import { expect, test } from "vitest";

import { dayAt, epochSecondsOf, isWeekend, minuteAt, readDay, weekdayOf } from "../../../src/simulator/days.ts";

test("day 0 is the first day the API knows", () => {
  expect(readDay("2023-08-01")).toBe(0);
  expect(dayAt(Date.parse("2023-08-01T23:59:59Z"))).toBe(0);
  expect(dayAt(Date.parse("2023-07-31T23:59:59Z"))).toBe(-1);
  expect(minuteAt(Date.parse("2023-08-02T00:01:30Z"))).toBe(1441);
  expect(epochSecondsOf(1)).toBe(Date.parse("2023-08-02T00:00:00Z") / 1000);
});

test("weekdays follow the calendar", () => {
  expect(weekdayOf(0)).toBe(2);
  const saturday = readDay("2026-11-21") ?? NaN;
  expect([saturday - 1, saturday, saturday + 1, saturday + 2].map(isWeekend)).toEqual([false, true, true, false]);
});

test.each(["", "2024-02-30", "2024-13-01", "2024-1-1", "01.02.2024", "2024-01-01T00:00:00Z", "20240101"])(
  "%j is not a date",
  (text) => {
    expect(readDay(text)).toBeUndefined();
  },
);
