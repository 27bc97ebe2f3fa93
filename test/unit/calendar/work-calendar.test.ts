import { describe, expect, test } from "vitest";
import { parseWindow } from "../../../src/calendar/windows.ts";
import { isWorkingTime, type WorkCalendar, workingDays } from "../../../src/calendar/work-calendar.ts";
import { composeSnapshot } from "../../../src/exposition/snapshot.ts";
import { configFrom } from "../../support/exporter-harness.ts";
import { momentAt } from "../../support/manual-clock.ts";

const BERLIN = "Europe/Berlin";
/** Monday to Friday, 9 to 18, Christmas off. */
const CALENDAR: WorkCalendar = {
  weekdays: new Set([1, 2, 3, 4, 5]),
  hours: { from: 540, to: 1080 },
  holidays: new Set(["2026-12-25"]),
};

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
    const holidays = new Set(["2026-12-25"]);
    expect(workspaces.map(({ calendar }) => calendar)).toEqual([
      { weekdays: new Set([1, 2, 3, 4, 5]), hours, holidays },
      { weekdays: new Set([7, 1]), hours, holidays },
    ]);
  });

  test("is absent when nobody wrote one", () => {
    const { workspaces } = configFrom({ workspaces: [{ name: "one", api_key: "first-key" }] });
    expect(workspaces[0]?.calendar).toBeUndefined();
  });

  test.each([
    [{ hours: "9-18" }, /calendar\.hours.*write it as "09:00-18:00"/],
    [{ hours: "18:00-09:00" }, /calendar\.hours.*does not end after it begins/],
    [{ holidays: ["2026-02-30"] }, /calendar\.holidays.*not a day of the calendar/],
    [{ weekdays: ["Mon"] }, /calendar\.weekdays/],
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
  const { identity } = await composeSnapshot(states, now);
  const lines = Buffer.concat(identity)
    .toString()
    .split("\n")
    .filter((line) => /^roboflow_workspace_(working|filtered)/.test(line));
  expect(lines).toEqual([
    'roboflow_workspace_filtered{workspace="known",by="project"} 0',
    'roboflow_workspace_filtered{workspace="known",by="labeler"} 0',
    'roboflow_workspace_filtered{workspace="unknown",by="project"} 1',
    'roboflow_workspace_filtered{workspace="unknown",by="labeler"} 0',
    'roboflow_workspace_working_time{workspace="known"} 1',
    'roboflow_workspace_working_days{workspace="known",window="7d"} 3.5',
  ]);
});
