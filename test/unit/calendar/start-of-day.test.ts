import { expect, test } from "vitest";
import { startOfDayMs } from "../../../src/calendar/start-of-day.ts";
import { addDays, calendarDay } from "../../../src/calendar/windows.ts";

test.each([
  { zone: "UTC", day: "2026-11-18", at: "2026-11-18T00:00:00.000Z" },
  { zone: "UTC", day: "2024-02-29", at: "2024-02-29T00:00:00.000Z" },
  { zone: "UTC", day: "2016-01-01", at: "2016-01-01T00:00:00.000Z" },
  // Around the days with 23 and 25 hours.
  { zone: "Europe/Berlin", day: "2026-03-29", at: "2026-03-28T23:00:00.000Z" },
  { zone: "Europe/Berlin", day: "2026-03-30", at: "2026-03-29T22:00:00.000Z" },
  { zone: "Europe/Berlin", day: "2026-10-25", at: "2026-10-24T22:00:00.000Z" },
  { zone: "Europe/Berlin", day: "2026-10-26", at: "2026-10-25T23:00:00.000Z" },
  // The furthest from UTC, and a quarter of an hour.
  { zone: "Pacific/Kiritimati", day: "2026-11-18", at: "2026-11-17T10:00:00.000Z" },
  { zone: "Etc/GMT+12", day: "2026-11-18", at: "2026-11-18T12:00:00.000Z" },
  { zone: "Asia/Kathmandu", day: "2026-11-18", at: "2026-11-17T18:15:00.000Z" },
  // Days without a midnight: they begin at one o'clock.
  { zone: "America/Sao_Paulo", day: "2018-11-04", at: "2018-11-04T03:00:00.000Z" },
  { zone: "Africa/Cairo", day: "2026-04-24", at: "2026-04-23T22:00:00.000Z" },
  // The clock is set back at midnight, so the day before goes on for another hour.
  { zone: "America/Sao_Paulo", day: "2018-02-18", at: "2018-02-18T03:00:00.000Z" },
  // A day that never was.
  { zone: "Pacific/Apia", day: "2011-12-30", at: "2011-12-30T10:00:00.000Z" },
])("$day in $zone begins at $at", ({ zone, day, at }) => {
  expect(new Date(startOfDayMs(day, zone)).toISOString()).toBe(at);
});

test.each(["UTC", "Europe/Berlin", "America/New_York", "Asia/Beirut", "America/Santiago", "Pacific/Apia"])(
  "every day of three years in %s begins with its first millisecond",
  (zone) => {
    const days = Array.from({ length: 3 * 365 }, (_, index) => addDays("2024-01-01", index));
    const wrong = days.filter((day) => {
      const start = startOfDayMs(day, zone);
      return calendarDay(start, zone) !== day || calendarDay(start - 1, zone) !== addDays(day, -1);
    });
    expect(wrong).toEqual([]);
  },
);
