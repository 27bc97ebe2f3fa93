import { expect, test } from "vitest";
import { startOfDayMs } from "../../../src/calendar/start-of-day.ts";

test.each([
  { date: "2024-05-17", timezone: "UTC", start: "2024-05-17T00:00:00Z" },
  { date: "2024-05-17", timezone: "Europe/Berlin", start: "2024-05-16T22:00:00Z" },
  { date: "2024-03-31", timezone: "Europe/Berlin", start: "2024-03-30T23:00:00Z" },
  { date: "2024-04-01", timezone: "Europe/Berlin", start: "2024-03-31T22:00:00Z" },
  { date: "2024-05-17", timezone: "Asia/Kolkata", start: "2024-05-16T18:30:00Z" },
  { date: "2024-05-17", timezone: "Pacific/Kiritimati", start: "2024-05-16T10:00:00Z" },
  { date: "2024-05-17", timezone: "Pacific/Pago_Pago", start: "2024-05-17T11:00:00Z" },
  // The clocks went from 23:59:59 to 01:00: there was no midnight.
  { date: "2018-11-04", timezone: "America/Sao_Paulo", start: "2018-11-04T03:00:00Z" },
])("$date begins at $start in $timezone", ({ date, timezone, start }) => {
  expect(new Date(startOfDayMs(date, timezone)).toISOString()).toBe(start.replace("Z", ".000Z"));
});
