import { describe, expect, test } from "vitest";
import { createCronRuns, pollsPerDay } from "../../../src/poller/cron.ts";

/** The runs of an expression after a time, up to another, as ISO texts without what is always the same. */
function runs(expression: string, zone: string, from: string, to: string): string[] {
  const next = createCronRuns(expression, zone);
  const found: string[] = [];
  for (let run = next(Date.parse(from)); run !== undefined && run <= Date.parse(to); run = next(run))
    found.push(new Date(run).toISOString().replace(":00.000Z", "Z"));
  return found;
}

describe("clocks that go forward", () => {
  test.each([
    {
      name: "Berlin leaves out 2:00 to 3:00: a named time of it runs next to it",
      expression: "30 2 * * *",
      zone: "Europe/Berlin",
      span: ["2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z"],
      at: ["2026-03-28T01:30Z", "2026-03-29T01:30Z", "2026-03-30T00:30Z"],
    },
    {
      name: "every two hours there stay two hours",
      expression: "0 */2 * * *",
      zone: "Europe/Berlin",
      span: ["2026-03-28T22:00:00Z", "2026-03-29T04:00:00Z"],
      at: ["2026-03-28T23:00Z", "2026-03-29T01:00Z", "2026-03-29T02:00Z", "2026-03-29T04:00Z"],
    },
    {
      name: "all times of a named hour run",
      expression: "*/20 2 * * *",
      zone: "Europe/Berlin",
      span: ["2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z"],
      at: ["2026-03-29T01:00Z", "2026-03-29T01:20Z", "2026-03-29T01:40Z"],
    },
    {
      name: "New York, in a list of hours: once with what runs then anyway",
      expression: "0 2,3 * * *",
      zone: "America/New_York",
      span: ["2027-03-14T00:00:00Z", "2027-03-14T12:00:00Z"],
      at: ["2027-03-14T07:00Z"],
    },
    {
      name: "Havana leaves out midnight",
      expression: "0 0 * * *",
      zone: "America/Havana",
      span: ["2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z"],
      at: ["2026-03-08T05:00Z", "2026-03-09T04:00Z"],
    },
    {
      name: "Beirut too",
      expression: "0 0 29 3 *",
      zone: "Asia/Beirut",
      span: ["2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"],
      at: ["2026-03-28T22:00Z"],
    },
    {
      name: "Cairo too",
      expression: "15 0 * * 5",
      zone: "Africa/Cairo",
      span: ["2026-04-23T12:00:00Z", "2026-04-24T12:00:00Z"],
      at: ["2026-04-23T22:15Z"],
    },
    {
      name: "Lord Howe leaves out half an hour",
      expression: "15 2 * * *",
      zone: "Australia/Lord_Howe",
      span: ["2026-10-03T12:00:00Z", "2026-10-04T18:00:00Z"],
      at: ["2026-10-03T15:45Z", "2026-10-04T15:15Z"],
    },
    {
      name: "hourly there, no gap is longer than an hour",
      expression: "0 * * * *",
      zone: "Australia/Lord_Howe",
      span: ["2026-10-03T13:00:00Z", "2026-10-03T17:00:00Z"],
      at: ["2026-10-03T13:30Z", "2026-10-03T14:30Z", "2026-10-03T15:30Z", "2026-10-03T16:00Z", "2026-10-03T17:00Z"],
    },
    {
      name: "Nuuk leaves out the evening's last hour: the next day's first hour may come before it",
      expression: "5,15 0,23 * * *",
      zone: "America/Nuuk",
      span: ["2026-03-28T23:30:00Z", "2026-03-29T12:00:00Z"],
      at: ["2026-03-29T01:05Z", "2026-03-29T01:15Z"],
    },
    {
      name: "Apia left out a day, whose only run comes on the next",
      expression: "0 12 30 12 *",
      zone: "Pacific/Apia",
      span: ["2011-12-01T00:00:00Z", "2012-01-31T00:00:00Z"],
      at: ["2011-12-30T22:00Z"],
    },
    {
      name: "daily there, it is one day like any other",
      expression: "0 12 * * *",
      zone: "Pacific/Apia",
      span: ["2011-12-29T12:00:00Z", "2012-01-01T12:00:00Z"],
      at: ["2011-12-29T22:00Z", "2011-12-30T22:00Z", "2011-12-31T22:00Z"],
    },
  ])("$name", ({ expression, zone, span: [from = "", to = ""], at }) => {
    expect(runs(expression, zone, from, to)).toEqual(at);
  });
});

describe("clocks that go back", () => {
  test.each([
    {
      name: "Berlin has 2:00 to 3:00 twice: a named time of it runs once",
      expression: "30 2 * * *",
      zone: "Europe/Berlin",
      span: ["2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"],
      at: ["2026-10-25T00:30Z", "2026-10-26T01:30Z"],
    },
    {
      name: "a list of hours too",
      expression: "0 1,2,3 * * *",
      zone: "Europe/Berlin",
      span: ["2026-10-24T20:00:00Z", "2026-10-25T12:00:00Z"],
      at: ["2026-10-24T23:00Z", "2026-10-25T00:00Z", "2026-10-25T02:00Z"],
    },
    {
      name: "every 20 minutes go on",
      expression: "*/20 * * * *",
      zone: "Europe/Berlin",
      span: ["2026-10-25T00:20:00Z", "2026-10-25T01:40:00Z"],
      at: ["2026-10-25T00:40Z", "2026-10-25T01:00Z", "2026-10-25T01:20Z", "2026-10-25T01:40Z"],
    },
    {
      name: "a range of hours goes on too",
      expression: "0 1-4 * * *",
      zone: "Europe/Berlin",
      span: ["2026-10-24T20:00:00Z", "2026-10-25T12:00:00Z"],
      at: ["2026-10-24T23:00Z", "2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z", "2026-10-25T03:00Z"],
    },
    {
      name: "every two hours: none is longer than two",
      expression: "0 */2 * * *",
      zone: "Europe/Berlin",
      span: ["2026-10-24T21:00:00Z", "2026-10-25T04:00:00Z"],
      at: ["2026-10-24T22:00Z", "2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T03:00Z"],
    },
    {
      name: "every four hours, of which none comes twice: one more keeps them from being five",
      expression: "0 */4 * * *",
      zone: "Europe/Berlin",
      span: ["2026-10-24T21:00:00Z", "2026-10-25T08:00:00Z"],
      at: ["2026-10-24T22:00Z", "2026-10-25T02:00Z", "2026-10-25T03:00Z", "2026-10-25T07:00Z"],
    },
    {
      name: "office hours begin as ever",
      expression: "0 8-10 * * *",
      zone: "Europe/Berlin",
      span: ["2026-10-24T21:00:00Z", "2026-10-25T12:00:00Z"],
      at: ["2026-10-25T07:00Z", "2026-10-25T08:00Z", "2026-10-25T09:00Z"],
    },
    {
      name: "Havana has midnight twice",
      expression: "0 0 * * *",
      zone: "America/Havana",
      span: ["2026-10-31T12:00:00Z", "2026-11-02T12:00:00Z"],
      at: ["2026-11-01T04:00Z", "2026-11-02T05:00Z"],
    },
    {
      name: "Beirut has the evening's last hour twice",
      expression: "30 23 * * *",
      zone: "Asia/Beirut",
      span: ["2026-10-24T12:00:00Z", "2026-10-25T22:00:00Z"],
      at: ["2026-10-24T20:30Z", "2026-10-25T21:30Z"],
    },
    {
      name: "Lord Howe has half an hour twice",
      expression: "45 1 * * *",
      zone: "Australia/Lord_Howe",
      span: ["2026-04-04T12:00:00Z", "2026-04-05T18:00:00Z"],
      at: ["2026-04-04T14:45Z", "2026-04-05T15:15Z"],
    },
  ])("$name", ({ expression, zone, span: [from = "", to = ""], at }) => {
    expect(runs(expression, zone, from, to)).toEqual(at);
  });
});

test("a leap day on a Monday is found, and in a zone that the expression does not fit no worse", () => {
  expect(runs("0 0 29 2 1", "UTC", "2026-01-01T00:00:00Z", "2080-01-01T00:00:00Z")).toEqual([
    "2044-02-29T00:00Z",
    "2072-02-29T00:00Z",
  ]);
  // The last Sunday of March, where it is the 26th: the hour that Berlin leaves out then.
  expect(runs("30 2 26 3 0", "Europe/Berlin", "2026-01-01T00:00:00Z", "2029-01-01T00:00:00Z")).toEqual([
    "2028-03-26T01:30Z",
  ]);
});

test.each([
  { schedule: { kind: "interval", seconds: 900 }, perDay: 96 },
  { schedule: { kind: "cron", expression: "*/15 * * * *" }, perDay: 96 },
  { schedule: { kind: "cron", expression: "* * * * *" }, perDay: 1440 },
  { schedule: { kind: "cron", expression: "0 6-20 * * *" }, perDay: 15 },
  { schedule: { kind: "cron", expression: "0 12 * * 1-5" }, perDay: 5 / 7 },
  { schedule: { kind: "cron", expression: "0 12 1 * *" }, perDay: 12 / 365 },
] as const)("$schedule fires $perDay times a day", ({ schedule, perDay }) => {
  expect(pollsPerDay(schedule, "UTC", Date.parse("2026-11-18T12:00:00Z"))).toBeCloseTo(perDay, 2);
});
