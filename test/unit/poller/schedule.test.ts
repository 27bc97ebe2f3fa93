import { createTask } from "node-cron";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import { cronExpressions } from "../../../src/poller/cron-expressions.ts";
import { createTimetable, isCronExpression } from "../../../src/poller/schedule.ts";

const DAY_SECONDS = 86_400;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-18T23:59:59.500Z") });
});

afterEach(() => {
  vi.useRealTimers();
});

/** When an interval's expressions fire in the next `span` seconds, sorted, as node-cron itself reckons. */
function firings(seconds: number, span: number): number[] {
  const endMs = Date.now() + span * 1000;
  const expressions = cronExpressions(seconds);
  const each = Math.ceil(span / seconds / expressions.length) + 1;
  const runs = expressions.flatMap((expression) =>
    createTask(expression, () => undefined, { timezone: "Etc/UTC" })
      .getNextRuns(each)
      .map((run) => run.getTime()),
  );
  return runs.filter((run) => run <= endMs).toSorted((a, b) => a - b);
}

function gapsOf(runs: readonly number[]): Set<number> {
  return new Set(runs.slice(1).map((run, index) => (run - Number(runs[index])) / 1000));
}

describe("an interval as cron expressions", () => {
  test.each([
    { seconds: 15, expressions: ["*/15 * * * * *"] },
    { seconds: 60, expressions: ["*/60 * * * * *"] },
  ])("$seconds s is one expression", ({ seconds, expressions }) => {
    expect(cronExpressions(seconds)).toEqual(expressions);
  });

  test("45 s, which no single expression can say, is four", () => {
    expect(cronExpressions(45)).toEqual([
      "0 0,3,6,9,12,15,18,21,24,27,30,33,36,39,42,45,48,51,54,57 * * * *",
      "45 0,3,6,9,12,15,18,21,24,27,30,33,36,39,42,45,48,51,54,57 * * * *",
      "30 1,4,7,10,13,16,19,22,25,28,31,34,37,40,43,46,49,52,55,58 * * * *",
      "15 2,5,8,11,14,17,20,23,26,29,32,35,38,41,44,47,50,53,56,59 * * * *",
    ]);
  });

  test("90 minutes are two", () => {
    expect(cronExpressions(5400)).toEqual(["0 0 0,3,6,9,12,15,18,21 * * *", "0 30 1,4,7,10,13,16,19,22 * * *"]);
  });

  test.each([45, 90, 900, 2700, 3600, 5400, 7200, 10_800, 86_400])(
    "%i s fires evenly over two days, through midnight",
    (seconds) => {
      const runs = firings(seconds, 2 * DAY_SECONDS);
      expect(runs).toHaveLength((2 * DAY_SECONDS) / seconds);
      expect(runs[0]).toBe(Math.ceil(Date.now() / 1000 / seconds) * seconds * 1000);
      expect(gapsOf(runs)).toEqual(new Set([seconds]));
    },
  );

  test.each([1, 2, 5, 60, 75])("%i s fires evenly over an hour from midnight", (seconds) => {
    const runs = firings(seconds, 3600);
    expect(runs).toHaveLength(3600 / seconds);
    expect(gapsOf(runs)).toEqual(new Set([seconds]));
  });
});

describe("a timetable", () => {
  const expression = (text: string) => ({ kind: "cron", expression: text }) as const;

  test.each([
    { name: "an interval", schedule: { kind: "interval", seconds: 45 } as const, zone: "Europe/Berlin", gap: 45 },
    { name: "an even expression", schedule: expression("*/15 * * * *"), zone: "UTC", gap: 900 },
    {
      name: "office hours, whose longest gap is the weekend (Friday 18:00 to Monday 8:00)",
      schedule: expression("0 8-18 * * 1-5"),
      zone: "UTC",
      gap: 62 * 3600,
    },
    { name: "once a year", schedule: expression("0 0 1 1 *"), zone: "UTC", gap: 366 * DAY_SECONDS },
    {
      name: "leap days (2100 has none)",
      schedule: expression("0 0 29 2 *"),
      zone: "UTC",
      gap: 2921 * DAY_SECONDS,
    },
    {
      name: "every day at an hour that one day of the year lacks, which lies too far ahead to count",
      schedule: expression("30 2 * * *"),
      zone: "Europe/Berlin",
      gap: DAY_SECONDS,
    },
  ])("of $name has the longest gap as its interval", ({ schedule, zone, gap }) => {
    expect(createTimetable(schedule, zone).intervalSeconds).toBe(gap);
  });

  const days = [19, 20, 21, 22, 23, 24, 25].map((day) => `2026-11-${day}T12:34:56Z`);
  test.each(days)("of office hours has the same gaps whatever the day it is made on: %s", (now) => {
    vi.setSystemTime(Date.parse(now));
    const often = createTimetable(expression("*/5 6-20 * * 1-5"), "UTC");
    // Friday 20:55 to Monday 6:00.
    expect([often.intervalSeconds, often.shortestGapSeconds]).toEqual([57 * 3600 + 300, 300]);
    const minutely = createTimetable(expression("* 6-20 * * 1-5"), "UTC");
    expect([minutely.intervalSeconds, minutely.shortestGapSeconds]).toEqual([57 * 3600 + 60, 60]);
  });

  test.each([
    { text: "*/10 * * * * *", longest: 10, shortest: 10 },
    { text: "0,20 * * * * *", longest: 40, shortest: 20 },
    { text: "*/10 * 8-18 * * *", longest: 13 * 3600 + 60, shortest: 10 },
  ])("of $text has gaps of $shortest to $longest s", ({ text, longest, shortest }) => {
    const timetable = createTimetable(expression(text), "UTC");
    expect([timetable.intervalSeconds, timetable.shortestGapSeconds]).toEqual([longest, shortest]);
  });

  test("knows the next run of all its expressions before and after it was started", () => {
    const timetable = createTimetable({ kind: "interval", seconds: 45 }, "UTC");
    expect(timetable.nextRunMs()).toBe(Date.parse("2026-11-19T00:00:00Z"));
    vi.setSystemTime(Date.parse("2026-11-19T00:00:50Z"));
    expect(timetable.nextRunMs()).toBe(Date.parse("2026-11-19T00:01:30Z"));
  });

  test("lays intervals on UTC and expressions in the zone", () => {
    const daily = { kind: "interval", seconds: DAY_SECONDS } as const;
    expect(createTimetable(daily, "Asia/Kathmandu").nextRunMs()).toBe(Date.parse("2026-11-19T00:00:00Z"));
    const atMidnight = createTimetable(expression("0 0 * * *"), "Asia/Kathmandu");
    expect(atMidnight.nextRunMs()).toBe(Date.parse("2026-11-19T18:15:00Z"));
  });

  test("ticks at every run of every expression, until it is stopped", async () => {
    const timetable = createTimetable({ kind: "interval", seconds: 45 }, "UTC");
    const ticks: number[] = [];
    timetable.start(() => ticks.push(Math.round(Date.now() / 1000)));
    await vi.advanceTimersByTimeAsync(181_000);
    const start = Date.parse("2026-11-19T00:00:00Z") / 1000;
    expect(ticks).toEqual([0, 45, 90, 135, 180].map((seconds) => start + seconds));
    timetable.stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(ticks).toHaveLength(5);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ticks late rather than not at all when the machine slept through a run", async () => {
    const timetable = createTimetable({ kind: "interval", seconds: 900 }, "UTC");
    let ticks = 0;
    timetable.start(() => ticks++);
    vi.setSystemTime(Date.parse("2026-11-19T00:10:00Z"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ticks).toBe(1);
    timetable.stop();
  });
});

describe("a cron expression", () => {
  test.each([
    ["* * * * *", true],
    ["0 8-18 * * 1-5", true],
    ["*/10 * * * * *", true],
    ["0 0 29 2 *", true],
    ["", false],
    ["* * * *", false],
    ["61 * * * *", false],
    ["nonsense", false],
    // Days that no month has: the first three node-cron refuses itself, the last one only when it looks for a run.
    ["0 0 31 2 *", false],
    ["0 0 30 2 *", false],
    ["0 0 31 4,6,9,11 *", false],
    ["0 0 31W 2 *", false],
  ])("%j is one that fires: %s", (text, isOne) => {
    expect(isCronExpression(text)).toBe(isOne);
  });

  test("that the zone keeps from ever firing is refused with the zone, not waited for", () => {
    // The last Sunday of March, if it is the 26th: the hour that does not exist.
    const text = "30 2 26 3 0";
    expect(isCronExpression(text)).toBe(true);
    expect(() => createTimetable({ kind: "cron", expression: text }, "Europe/Berlin")).toThrow(
      new ConfigError(['poll.schedule: "30 2 26 3 0" never fires in Europe/Berlin; change one of them']),
    );
    expect(createTimetable({ kind: "cron", expression: text }, "UTC").nextRunMs()).toBe(
      Date.parse("2028-03-26T02:30:00Z"),
    );
  });
});
