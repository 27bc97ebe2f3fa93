import { describe, expect, test } from "vitest";
import { parseWindow } from "../../../src/calendar/windows.ts";
import { isWorkingTime, leaveDays, type WorkCalendar, workingDays } from "../../../src/calendar/work-calendar.ts";
import { textOf } from "../../../src/exposition/chunk.ts";
import { composeSnapshot } from "../../../src/exposition/snapshot.ts";
import { labelerLabel } from "../../../src/metrics/labeler-labels.ts";
import { workspaceState } from "../../../src/poller/state.ts";
import { configFrom } from "../../support/exporter-harness.ts";
import { momentAt } from "../../support/manual-clock.ts";

const BERLIN = "Europe/Berlin";
/** Monday to Friday, 9 to 18, Christmas off; one person is away from Christmas Eve to Monday. */
const CALENDAR: WorkCalendar = {
  weekdays: new Set([1, 2, 3, 4, 5]),
  hours: { from: 540, to: 1080 },
  holidays: new Set(["2026-12-25"]),
  leave: new Map([["u7Jq2", new Set(["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28"])]]),
};

function leaveIn(name: string, now: string): unknown {
  const window = parseWindow(name);
  return window && Object.fromEntries(leaveDays(CALENDAR, window, Date.parse(now), BERLIN));
}

function daysIn(name: string, now: string): number {
  const window = parseWindow(name);
  return window === undefined ? NaN : workingDays(CALENDAR, window, Date.parse(now), BERLIN);
}

describe("a work calendar", () => {
  test.each([
    ["2026-12-23T08:00:00Z", true, "it is 9:00 in Berlin"],
    ["2026-12-23T07:59:00Z", false, "it is a minute earlier"],
    ["2026-12-23T17:00:00Z", false, "the day is over at 18:00"],
    ["2026-12-25T10:00:00Z", false, "it is a holiday"],
    ["2026-12-26T10:00:00Z", false, "it is a Saturday"],
    ["2026-07-01T07:00:00Z", true, "summer time is heeded"],
  ])("at %s says %s: %s", (now, works) => {
    expect(isWorkingTime(CALENDAR, Date.parse(now), BERLIN)).toBe(works);
  });

  test("counts whole working days and the part of today that is over", () => {
    // Monday, 28 December, half past one: half of nine hours. Of the 7 days, Tuesday to Thursday are whole.
    expect(daysIn("7d", "2026-12-28T12:30:00Z")).toBe(3.5);
    expect(daysIn("today", "2026-12-28T12:30:00Z")).toBe(0.5);
    expect(daysIn("today", "2026-12-28T22:00:00Z")).toBe(1);
    expect(daysIn("today", "2026-12-27T12:30:00Z")).toBe(0);
    expect(daysIn("14d", "2026-12-27T12:30:00Z")).toBe(9);
  });

  test("counts as leave the working days of it: no holiday, no weekend, and today as far as it is over", () => {
    expect(leaveIn("7d", "2026-12-28T12:30:00Z")).toEqual({ u7Jq2: 1.5 });
    expect(leaveIn("today", "2026-12-28T12:30:00Z")).toEqual({ u7Jq2: 0.5 });
    expect(leaveIn("7d", "2026-12-23T12:30:00Z")).toEqual({ u7Jq2: 0 });
    expect(leaveIn("28d", "2027-01-04T22:00:00Z")).toEqual({ u7Jq2: 2 });
  });
});

describe("the configuration's calendar", () => {
  test("fills in what is not written, and a workspace overrides the top level key by key", () => {
    const { workspaces } = configFrom({
      calendar: { hours: "08:00-16:30", holidays: ["2026-12-25"] },
      workspaces: [
        { name: "one", api_key: "first-key" },
        { name: "two", api_key: "second-key", calendar: { weekdays: ["sunday", "monday"] } },
      ],
    });
    const hours = { from: 480, to: 990 };
    const [holidays, leave] = [new Set(["2026-12-25"]), new Map()];
    expect(workspaces.map(({ calendar }) => calendar)).toEqual([
      { weekdays: new Set([1, 2, 3, 4, 5]), hours, holidays, leave },
      { weekdays: new Set([7, 1]), hours, holidays, leave },
    ]);
  });

  test("adds the days of a file of holidays to those that are listed, and knows who is on leave", () => {
    const leave = { u7Jq2: ["2026-12-31..2027-01-02", "2027-03-01"], uOther: [] };
    const [first] = configFrom({
      calendar: { holidays: ["2026-12-24"], holidays_file: "test/fixtures/holidays.ics", leave },
      workspaces: [{ name: "one", api_key: "first-key" }],
    }).workspaces;
    expect(["2026-12-24", "2026-12-25", "2026-12-26"].map((day) => first?.calendar?.holidays.has(day))).toEqual([
      true,
      true,
      false,
    ]);
    expect(first?.calendar?.leave).toEqual(
      new Map([
        ["u7Jq2", new Set(["2026-12-31", "2027-01-01", "2027-01-02", "2027-03-01"])],
        ["uOther", new Set()],
      ]),
    );
  });

  test("is absent where none is written", () => {
    const { workspaces } = configFrom({ workspaces: [{ name: "one", api_key: "first-key" }] });
    expect(workspaces[0]?.calendar).toBeUndefined();
  });

  test.each([
    [{ hours: "9-18" }, /calendar\.hours.*write it as "09:00-18:00"/],
    [{ hours: "18:00-09:00" }, /calendar\.hours.*does not end after it begins/],
    [{ holidays: ["2026-02-30"] }, /calendar\.holidays.*not a day of the calendar/],
    [{ weekdays: ["Mon"] }, /calendar\.weekdays/],
    [
      { holidays_file: "/nowhere.ics" },
      /^calendar\.holidays_file: "\/nowhere\.ics" cannot be read .*; give the path of a readable file$/m,
    ],
    [{ holidays_file: "README.md" }, /"README\.md" line 1: cannot be read as iCalendar .*; give a file in the iCal/],
    [{ leave: ["u7Jq2"] }, /calendar\.leave: \[…\] is not a mapping; write each labeler's id and days below it/],
    [
      { leave: { a: ["24.12.2026"] } },
      /calendar\.leave\.a\[0\]: "24\.12\.2026" is not a day or a span of days; write it/,
    ],
    [{ leave: { a: ["2026-12-24..2026-12-23"] } }, /"2026-12-24\.\.2026-12-23" ends before it begins/],
    [{ leave: { a: ["2026-12-24..2028-12-23"] } }, /is longer than 366 days; write a shorter span/],
    [{ leave: { a: ["2026-12-24..2026-12-25..2026-12-26"] } }, /is not a day or a span of days/],
    [{ leave: { a: ["2026-12-24", "2026-12-24"] } }, /calendar\.leave\.a\[1\]: "2026-12-24" is given twice/],
  ])("refuses %j", (calendar, message) => {
    expect(() => configFrom({ calendar, workspaces: [{ name: "one", api_key: "first-key" }] })).toThrow(message);
  });
});

test("working time and working days are published for workspaces with a calendar, and filters for all", async () => {
  const now = momentAt(Date.parse("2026-12-28T12:30:00Z"));
  const windows = [parseWindow("7d")].filter((window) => window !== undefined);
  const common = { seriesLimit: 100, timezone: BERLIN, windows, sources: new Map() };
  const states = [
    { ...common, workspace: "known", calendar: CALENDAR, filtered: { project: false, labeler: false } },
    { ...common, workspace: "unknown", filtered: { project: true, labeler: false } },
  ];
  const lines = textOf(await composeSnapshot(states, now))
    .split("\n")
    .filter((line) => /^roboflow_(?:workspace_(?:working|filtered)|labeler_leave)/.test(line));
  expect(lines).toEqual([
    'roboflow_workspace_filtered{workspace="known",by="project"} 0',
    'roboflow_workspace_filtered{workspace="known",by="labeler"} 0',
    'roboflow_workspace_filtered{workspace="unknown",by="project"} 1',
    'roboflow_workspace_filtered{workspace="unknown",by="labeler"} 0',
    'roboflow_workspace_working_time{workspace="known"} 1',
    'roboflow_workspace_working_days{workspace="known",window="7d"} 3.5',
    'roboflow_labeler_leave_days{workspace="known",labeler="u7Jq2",window="7d"} 1.5',
  ]);
});

test("people on leave appear under the label that their data has", () => {
  const leave = { u7Jq2: ["2026-12-24"] };
  const config = configFrom({ calendar: { leave }, workspaces: [{ name: "one", api_key: "first-key" }] });
  const people = { ...config.people, hmacKey: "a-secret-of-hashes-0123456789" };
  const [workspace] = config.workspaces;
  const { calendar } = workspace ? workspaceState({ workspace, people }, "one", new Map()) : {};
  expect([...(calendar?.leave.keys() ?? [])]).toEqual([labelerLabel("u7Jq2", people)]);
});
