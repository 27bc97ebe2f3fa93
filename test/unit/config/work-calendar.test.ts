import { expect, test } from "vitest";
import { parseHolidays } from "../../../src/config/work-calendar.ts";

/** A calendar of events, each given as its lines. */
function calendarOf(...events: readonly (readonly string[])[]): string {
  const all = events.flatMap((lines) => ["BEGIN:VEVENT", ...lines, "END:VEVENT"]);
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...all, "END:VCALENDAR", ""].join("\r\n");
}

function daysIn(text: string): readonly string[] {
  const days = parseHolidays(text);
  if (!days.ok) throw new Error(days.problem);
  return [...days.value];
}

function problemIn(text: string): string {
  const days = parseHolidays(text);
  return days.ok ? `no problem, ${days.value.size} days` : days.problem;
}

const CHRISTMAS = ["DTSTART;VALUE=DATE:20261225", "SUMMARY:Christmas"];

test.each([
  ["one day, without an end", [...CHRISTMAS], ["2026-12-25"]],
  ["one day, whose end is the day after", [...CHRISTMAS, "DTEND;VALUE=DATE:20261226"], ["2026-12-25"]],
  ["an end that is not part of it", [...CHRISTMAS, "DTEND;VALUE=DATE:20261227"], ["2026-12-25", "2026-12-26"]],
  ["a duration", [...CHRISTMAS, "DURATION:P2D"], ["2026-12-25", "2026-12-26"]],
  ["a folded line", ["DTSTART;VALUE=DATE:20", " 261225"], ["2026-12-25"]],
])("reads %s", (_, lines, days) => {
  expect(daysIn(calendarOf(lines))).toEqual(days);
});

test("reads a day that comes back each year, but for the years that are left out", () => {
  const days = daysIn(calendarOf([...CHRISTMAS, "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20281225"]));
  expect(days.slice(0, 3)).toEqual(["2026-12-25", "2027-12-25", "2029-12-25"]);
  expect(days.at(-1)).toBe("2099-12-25");
});

test("reads a day that a rule finds each year", () => {
  expect(daysIn(calendarOf(["DTSTART;VALUE=DATE:20261126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3"]))).toEqual(
    ["2026-11-26", "2027-11-25", "2028-11-23"],
  );
});

test("leaves out what has hours, what was cancelled and what is of another century", () => {
  const party = ["DTSTART:20261218T150000Z", "DTEND:20261218T180000Z", "SUMMARY:Party"];
  const cancelled = ["DTSTART;VALUE=DATE:20261224", "STATUS:CANCELLED"];
  const old = ["DTSTART;VALUE=DATE:19991231", "DTEND;VALUE=DATE:20000102"];
  expect(daysIn(calendarOf(party, cancelled, old, CHRISTMAS))).toEqual(["2000-01-01", "2026-12-25"]);
});

test("reads several calendars in one file, as some programs export them", () => {
  const other = calendarOf(["DTSTART;VALUE=DATE:20270101"]);
  expect(daysIn(calendarOf(CHRISTMAS) + other)).toEqual(["2026-12-25", "2027-01-01"]);
});

test.each([
  ["", "has no event of whole days; give a file of holidays"],
  [calendarOf(["DTSTART:20261218T150000Z"]), "has no event of whole days; give a file of holidays"],
  [
    "<html>\n<body>Not found",
    'line 1: cannot be read as iCalendar (invalid line (no token ";" or ":") "<html>"); give a file in the iCalendar format (.ics), as calendar programs export it',
  ],
  [
    calendarOf(["DTSTART;VALUE=DATE:20261332", "SUMMARY:New day"]),
    'cannot be read at the event "New day" (DTSTART 2026-13-32 is not a day); mend or remove it',
  ],
  [
    calendarOf(["DTSTART:20261225", "SUMMARY:Christmas"]),
    'cannot be read at the event "Christmas" (invalid date-time value: "2026-12-25T::"); mend or remove it',
  ],
  [
    calendarOf([...CHRISTMAS, "RRULE:FREQ=WEEKLY;BYDAY=FR"]),
    'repeats the event "Christmas" with FREQ=WEEKLY, not YEARLY; remove it, and give days of each week in weekdays',
  ],
  [
    calendarOf(["DTSTART;VALUE=DATE:20000101", "DTEND;VALUE=DATE:20990101"]),
    'has more than 10000 days in "(no summary)"; remove it',
  ],
  [
    calendarOf(
      ["DTSTART;VALUE=DATE:20000101", "DTEND;VALUE=DATE:20250101"],
      ["DTSTART;VALUE=DATE:20250101", "DTEND;VALUE=DATE:20300101"],
    ),
    "has more than 10000 days; give a file with the holidays alone",
  ],
  ["x".repeat(2 ** 20 + 1), "is longer than 1 MiB; give a file with the holidays alone"],
])("says what is wrong with %.60j", (text, problem) => {
  expect(problemIn(text)).toBe(problem);
});
