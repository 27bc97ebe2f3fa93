import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { daysRange, keepsUtc, startOfDayMs } from "../../../src/calendar/zones.ts";
import { addDays, calendarDay } from "../../../src/calendar/windows.ts";

const HOUR_MS = 3_600_000;

describe("the first instant of a day", () => {
  test.each([
    { what: "in UTC", date: "2026-11-18", zone: "UTC", start: "2026-11-18T00:00:00Z" },
    { what: "ahead of UTC", date: "2026-11-18", zone: "Asia/Tokyo", start: "2026-11-17T15:00:00Z" },
    { what: "behind UTC", date: "2026-11-18", zone: "America/New_York", start: "2026-11-18T05:00:00Z" },
    { what: "half an hour off", date: "2026-11-18", zone: "Asia/Kolkata", start: "2026-11-17T18:30:00Z" },
    { what: "three quarters off", date: "2026-11-18", zone: "Asia/Kathmandu", start: "2026-11-17T18:15:00Z" },
    { what: "furthest ahead", date: "2026-11-18", zone: "Pacific/Kiritimati", start: "2026-11-17T10:00:00Z" },
    { what: "furthest behind", date: "2026-11-18", zone: "Etc/GMT+12", start: "2026-11-18T12:00:00Z" },
    { what: "before clocks go forward", date: "2026-03-29", zone: "Europe/Berlin", start: "2026-03-28T23:00:00Z" },
    { what: "after clocks went forward", date: "2026-03-30", zone: "Europe/Berlin", start: "2026-03-29T22:00:00Z" },
    { what: "before clocks go back", date: "2026-10-25", zone: "Europe/Berlin", start: "2026-10-24T22:00:00Z" },
    { what: "after clocks went back", date: "2026-10-26", zone: "Europe/Berlin", start: "2026-10-25T23:00:00Z" },
    // Clocks go from 23:59:59 to 01:00.
    { what: "without midnight", date: "2018-11-04", zone: "America/Sao_Paulo", start: "2018-11-04T03:00:00Z" },
    { what: "without midnight, further east", date: "2026-03-29", zone: "Asia/Beirut", start: "2026-03-28T22:00:00Z" },
    {
      what: "half an hour of daylight saving",
      date: "2026-10-05",
      zone: "Australia/Lord_Howe",
      start: "2026-10-04T13:00:00Z",
    },
    // Samoa went over the date line and had no 30 December 2011.
    { what: "left out by the zone", date: "2011-12-30", zone: "Pacific/Apia", start: "2011-12-30T10:00:00Z" },
    { what: "of a leap year", date: "2028-02-29", zone: "UTC", start: "2028-02-29T00:00:00Z" },
  ])("$what: $date in $zone is $start", ({ date, zone, start }) => {
    expect(new Date(startOfDayMs(date, zone)).toISOString()).toBe(start.replace("Z", ".000Z"));
  });

  test("is of that day, and the millisecond before is not, in any zone", () => {
    const day = fc.integer({ min: 0, max: 5_000 }).map((days) => addDays("2016-01-01", days));
    const zone = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
    fc.assert(
      fc.property(day, zone, (date, timezone) => {
        const startMs = startOfDayMs(date, timezone);
        expect([calendarDay(startMs - 1, timezone), calendarDay(startMs, timezone)]).toEqual([addDays(date, -1), date]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a range of days", () => {
  test.each([
    { what: "one day", days: ["2026-11-18", "2026-11-18"], zone: "UTC", hours: 24 },
    { what: "a day of 23 hours", days: ["2026-03-29", "2026-03-29"], zone: "Europe/Berlin", hours: 23 },
    { what: "a day of 25 hours", days: ["2026-10-25", "2026-10-25"], zone: "Europe/Berlin", hours: 25 },
    { what: "a day without midnight", days: ["2018-11-04", "2018-11-04"], zone: "America/Sao_Paulo", hours: 23 },
    { what: "a week over a change of clocks", days: ["2026-10-20", "2026-10-26"], zone: "Europe/Berlin", hours: 169 },
  ])("ends with its last millisecond: $what", ({ days: [first = "", last = ""], zone, hours }) => {
    const { startMs, endMs } = daysRange(first, last, zone);
    expect(endMs - startMs + 1).toBe(hours * HOUR_MS);
    expect([calendarDay(endMs, zone), calendarDay(endMs + 1, zone)]).toEqual([last, addDays(last, 1)]);
  });
});

test.each([
  ["UTC", true],
  ["Etc/GMT", true],
  ["Africa/Abidjan", true],
  ["Europe/London", false],
  ["Europe/Berlin", false],
  ["Antarctica/Troll", false],
  ["Pacific/Kiritimati", false],
])("%s has the days of UTC all the year round: %s", (zone, keeps) => {
  expect(keepsUtc(zone)).toBe(keeps);
});
