import { describe, expect, test } from "vitest";
import { addDays, calendarDay, isoWeekday, parseWindow, windowRange } from "../../../src/calendar/windows.ts";

function rangeOf(name: string, today: string): string {
  const window = parseWindow(name);
  if (!window) throw new Error(`${name} names no window`);
  const { startDate, endDate } = windowRange(window, today);
  return `${startDate} to ${endDate}`;
}

describe("the days of a window", () => {
  test.each([
    { name: "today", today: "2026-11-18", range: "2026-11-18 to 2026-11-18" },
    { name: "1d", today: "2026-11-18", range: "2026-11-18 to 2026-11-18" },
    { name: "2d", today: "2026-11-18", range: "2026-11-17 to 2026-11-18" },
    { name: "7d", today: "2026-11-18", range: "2026-11-12 to 2026-11-18" },
    { name: "30d", today: "2026-11-18", range: "2026-10-20 to 2026-11-18" },
    { name: "month", today: "2026-11-18", range: "2026-11-01 to 2026-11-18" },
    { name: "month", today: "2026-11-01", range: "2026-11-01 to 2026-11-01" },
    { name: "month", today: "2026-11-30", range: "2026-11-01 to 2026-11-30" },
    { name: "all", today: "2026-11-18", range: "2023-08-01 to 2026-11-18" },
    // Month ends.
    { name: "2d", today: "2026-03-01", range: "2026-02-28 to 2026-03-01" },
    { name: "31d", today: "2026-03-31", range: "2026-03-01 to 2026-03-31" },
    { name: "31d", today: "2026-01-15", range: "2025-12-16 to 2026-01-15" },
    { name: "1d", today: "2026-12-31", range: "2026-12-31 to 2026-12-31" },
    { name: "2d", today: "2027-01-01", range: "2026-12-31 to 2027-01-01" },
    // Leap days.
    { name: "2d", today: "2024-03-01", range: "2024-02-29 to 2024-03-01" },
    { name: "today", today: "2024-02-29", range: "2024-02-29 to 2024-02-29" },
    { name: "month", today: "2024-02-29", range: "2024-02-01 to 2024-02-29" },
    { name: "366d", today: "2024-12-31", range: "2024-01-01 to 2024-12-31" },
    { name: "366d", today: "2025-02-28", range: "2024-02-29 to 2025-02-28" },
    // ISO weeks: Wednesday, Monday, Sunday, and across the new year.
    { name: "week", today: "2026-11-18", range: "2026-11-16 to 2026-11-18" },
    { name: "week", today: "2026-11-16", range: "2026-11-16 to 2026-11-16" },
    { name: "week", today: "2026-11-22", range: "2026-11-16 to 2026-11-22" },
    { name: "week", today: "2026-11-23", range: "2026-11-23 to 2026-11-23" },
    { name: "week", today: "2027-01-01", range: "2026-12-28 to 2027-01-01" },
    { name: "week", today: "2027-01-03", range: "2026-12-28 to 2027-01-03" },
    { name: "week", today: "2025-01-01", range: "2024-12-30 to 2025-01-01" },
    { name: "week", today: "2024-03-01", range: "2024-02-26 to 2024-03-01" },
    // Daylight saving ends in between: a day may have 25 hours, but not two names.
    { name: "7d", today: "2026-10-26", range: "2026-10-20 to 2026-10-26" },
    { name: "7d", today: "2026-03-30", range: "2026-03-24 to 2026-03-30" },
    // Nothing is known before the first day.
    { name: "7d", today: "2023-08-03", range: "2023-08-01 to 2023-08-03" },
    { name: "3d", today: "2023-08-03", range: "2023-08-01 to 2023-08-03" },
    { name: "week", today: "2023-08-02", range: "2023-08-01 to 2023-08-02" },
    { name: "month", today: "2023-08-31", range: "2023-08-01 to 2023-08-31" },
    { name: "3660d", today: "2026-11-18", range: "2023-08-01 to 2026-11-18" },
    { name: "all", today: "2023-08-01", range: "2023-08-01 to 2023-08-01" },
  ])("$name on $today is $range", ({ name, today, range }) => {
    expect(rangeOf(name, today)).toBe(range);
  });
});

describe("the name of a window", () => {
  test.each(["today", "week", "month", "all", "1d", "9d", "10d", "365d", "3660d"])("may be %s", (name) => {
    expect(parseWindow(name)?.name).toBe(name);
  });

  test.each([
    "",
    "0d",
    "00d",
    "01d",
    "3661d",
    "9999d",
    "36600d",
    "-1d",
    "+1d",
    "1.5d",
    "1e2d",
    "d",
    "7",
    "7D",
    "7 d",
    " 7d",
    "7d ",
    "7d\n",
    "7days",
    "1w",
    "Today",
    "year",
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
  ])("is not %j", (name) => {
    expect(parseWindow(name)).toBeUndefined();
  });
});

describe("the calendar day of an instant", () => {
  test.each([
    { zone: "UTC", at: "2026-11-18T00:00:00Z", day: "2026-11-18" },
    { zone: "UTC", at: "2026-11-17T23:59:59.999Z", day: "2026-11-17" },
    { zone: "UTC", at: "2024-02-29T12:00:00Z", day: "2024-02-29" },
    // Berlin: midnight in winter is 23:00 UTC, in summer 22:00.
    { zone: "Europe/Berlin", at: "2026-11-17T22:59:59Z", day: "2026-11-17" },
    { zone: "Europe/Berlin", at: "2026-11-17T23:00:00Z", day: "2026-11-18" },
    { zone: "Europe/Berlin", at: "2026-07-17T21:59:59Z", day: "2026-07-17" },
    { zone: "Europe/Berlin", at: "2026-07-17T22:00:00Z", day: "2026-07-18" },
    { zone: "Europe/Berlin", at: "2026-12-31T23:00:00Z", day: "2027-01-01" },
    // 2026-03-29 has 23 hours there, 2026-10-25 has 25.
    { zone: "Europe/Berlin", at: "2026-03-28T22:59:59Z", day: "2026-03-28" },
    { zone: "Europe/Berlin", at: "2026-03-28T23:00:00Z", day: "2026-03-29" },
    { zone: "Europe/Berlin", at: "2026-03-29T21:59:59Z", day: "2026-03-29" },
    { zone: "Europe/Berlin", at: "2026-03-29T22:00:00Z", day: "2026-03-30" },
    { zone: "Europe/Berlin", at: "2026-10-24T22:00:00Z", day: "2026-10-25" },
    { zone: "Europe/Berlin", at: "2026-10-25T00:30:00Z", day: "2026-10-25" },
    { zone: "Europe/Berlin", at: "2026-10-25T01:30:00Z", day: "2026-10-25" },
    { zone: "Europe/Berlin", at: "2026-10-25T22:59:59Z", day: "2026-10-25" },
    { zone: "Europe/Berlin", at: "2026-10-25T23:00:00Z", day: "2026-10-26" },
    // New York: 2026-03-08 has 23 hours, 2026-11-01 has 25.
    { zone: "America/New_York", at: "2026-03-08T04:59:59Z", day: "2026-03-07" },
    { zone: "America/New_York", at: "2026-03-08T05:00:00Z", day: "2026-03-08" },
    { zone: "America/New_York", at: "2026-03-09T03:59:59Z", day: "2026-03-08" },
    { zone: "America/New_York", at: "2026-03-09T04:00:00Z", day: "2026-03-09" },
    { zone: "America/New_York", at: "2026-11-01T04:00:00Z", day: "2026-11-01" },
    { zone: "America/New_York", at: "2026-11-02T04:59:59Z", day: "2026-11-01" },
    { zone: "America/New_York", at: "2026-11-02T05:00:00Z", day: "2026-11-02" },
    // Auckland, a day ahead: 2026-04-05 has 25 hours, 2026-09-27 has 23.
    { zone: "Pacific/Auckland", at: "2026-04-04T10:59:59Z", day: "2026-04-04" },
    { zone: "Pacific/Auckland", at: "2026-04-04T11:00:00Z", day: "2026-04-05" },
    { zone: "Pacific/Auckland", at: "2026-04-05T11:59:59Z", day: "2026-04-05" },
    { zone: "Pacific/Auckland", at: "2026-04-05T12:00:00Z", day: "2026-04-06" },
    { zone: "Pacific/Auckland", at: "2026-09-26T12:00:00Z", day: "2026-09-27" },
    { zone: "Pacific/Auckland", at: "2026-09-27T10:59:59Z", day: "2026-09-27" },
    { zone: "Pacific/Auckland", at: "2026-09-27T11:00:00Z", day: "2026-09-28" },
  ])("$at in $zone is $day", ({ zone, at, day }) => {
    expect(calendarDay(Date.parse(at), zone)).toBe(day);
  });

  test.each(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"])(
    "neither skips nor repeats a day of a year in %s",
    (zone) => {
      const hours = Array.from(
        { length: 366 * 24 },
        (_, hour) => Date.parse("2026-01-01T12:00:00Z") + hour * 3_600_000,
      );
      const days = [...new Set(hours.map((at) => calendarDay(at, zone)))];
      const first = days[0] ?? "";
      expect(days).toEqual(days.map((_, index) => addDays(first, index)));
    },
  );
});

test("a weekday is 1 on Monday and 7 on Sunday", () => {
  const week = Array.from({ length: 7 }, (_, index) => addDays("2024-02-26", index));
  expect(week.map(isoWeekday)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});
