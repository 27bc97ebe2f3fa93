import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Schedule } from "../../../src/config/config.ts";
import { pollsPerDay } from "../../../src/poller/cron.ts";
import { createTimetable, isCronExpression } from "../../../src/poller/timetable.ts";
import { pollTiming } from "../../../src/poller/loop.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const START = "2026-11-18T23:59:59.500Z";
const cron = (expression: string): Schedule => ({ kind: "cron", expression });
const every = (ms: number): Schedule => ({ kind: "interval", seconds: ms / 1000 });
const at = (iso: string) => Date.parse(iso);

/** A timetable that runs, with what it ticked so far. */
function started(schedule: Schedule, iso: string, zone = "UTC") {
  const clock = new ManualClock(iso);
  const timetable = createTimetable(schedule, zone, clock);
  const ticks: { readonly runMs: number | undefined; readonly isEarly: boolean; readonly elapsedMs: number }[] = [];
  const start = clock.moment();
  timetable.start((tick) => ticks.push({ ...tick, elapsedMs: clock.moment().msSince(start) }));
  /** Lets time pass bit by bit, as it does. */
  const pass = async (ms: number, stepMs = 5 * SECOND) => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(left, stepMs));
      await nextTurn();
    }
  };
  return { clock, timetable, ticks, pass };
}

describe("the coming run", () => {
  test.each([
    {
      name: "an interval on UTC's grid",
      schedule: every(45 * SECOND),
      zone: "Asia/Kathmandu",
      run: "2026-11-19T00:00:00Z",
    },
    { name: "a day on UTC's grid", schedule: every(DAY), zone: "Asia/Kathmandu", run: "2026-11-19T00:00:00Z" },
    { name: "midnight in the zone", schedule: cron("0 0 * * *"), zone: "Asia/Kathmandu", run: "2026-11-19T18:15:00Z" },
  ])("of $name is $run", ({ schedule, zone, run }) => {
    expect(createTimetable(schedule, zone, new ManualClock(START)).nextRunMs()).toBe(at(run));
  });

  test("is never in the past, whatever the clock is set to, and is when it will come", async () => {
    const { clock, timetable, pass } = started(every(15 * MINUTE), "2026-11-18T12:01:00Z");
    expect(timetable.nextRunMs()).toBe(at("2026-11-18T12:15:00Z"));
    await pass(4 * MINUTE);
    clock.jump(3 * DAY);
    expect(timetable.nextRunMs()).toBe(at("2026-11-21T12:15:00Z"));
    await pass(5 * SECOND);
    expect(timetable.nextRunMs()).toBe(at("2026-11-21T12:15:00Z"));
    clock.jump(-3 * DAY - 3 * HOUR);
    expect(timetable.nextRunMs()).toBe(at("2026-11-18T09:15:00Z"));
    await pass(5 * SECOND);
    timetable.stop();
    expect(timetable.nextRunMs()).toBe(at("2026-11-18T09:15:00Z"));
  });
});

describe("ticks", () => {
  test("come at every run, on time, until it is stopped", async () => {
    const { clock, timetable, ticks, pass } = started(every(45 * SECOND), START);
    await pass(500 + 180 * SECOND, 500);
    expect(ticks.map(({ elapsedMs }) => elapsedMs)).toEqual([0, 45, 90, 135, 180].map((s) => 500 + s * SECOND));
    expect(ticks.every(({ isEarly }) => !isEarly)).toBe(true);
    timetable.stop();
    await pass(10 * MINUTE);
    expect(ticks).toHaveLength(5);
    expect(clock.sleeping).toBe(0);
  });

  test.each([
    { name: "a clock that is set back by 3 h", jump: -3 * HOUR },
    { name: "back by 3 h, to just after a run", jump: -3 * HOUR - 14 * MINUTE },
    { name: "back by a year", jump: -365 * DAY },
    { name: "back by a minute", jump: -MINUTE },
    { name: "forward by 7 minutes", jump: 7 * MINUTE },
    { name: "forward by 8 h", jump: 8 * HOUR },
    { name: "forward by 3 days", jump: 3 * DAY },
    { name: "forward by a year", jump: 365 * DAY },
  ])("of an interval: the next one within the interval, and no burst, after $name", async ({ jump }) => {
    const { clock, ticks, pass } = started(every(15 * MINUTE), "2026-11-18T12:00:00Z");
    await pass(44 * MINUTE);
    expect(ticks).toHaveLength(2);
    clock.jump(jump);
    await pass(5 * HOUR);
    const times = [0, ...ticks.map(({ elapsedMs }) => elapsedMs)];
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(15 * MINUTE * 1.01);
    // The regular ones, and at most one more on the way back to the grid.
    expect(ticks.length).toBeLessThanOrEqual(2 + 20 + 2);
    const [, , next, after] = ticks;
    // One that is early, or comes soon after one that was, must not count as an overlap.
    for (const [index, { isEarly }] of ticks.entries())
      if ((gaps[index] ?? 0) < 14.8 * MINUTE) expect(isEarly, `tick ${index}`).toBe(true);
    expect([next, after].every((tick) => tick !== undefined)).toBe(true);
    // On the grid again.
    expect(((ticks.at(-1)?.runMs ?? 1) / MINUTE) % 15).toBe(0);
  });

  test("one makes up for all that a suspension missed", async () => {
    const { clock, ticks, pass } = started(every(15 * MINUTE), "2026-11-18T12:01:00Z");
    await pass(MINUTE);
    clock.jump(8 * HOUR);
    await pass(5 * SECOND);
    expect(ticks).toMatchObject([{ runMs: undefined, isEarly: true }]);
    await pass(12 * MINUTE);
    expect(ticks).toHaveLength(1);
    await pass(MINUTE);
    expect(ticks).toHaveLength(2);
  });

  test.each([
    { name: "shows a little less", driftMs: -100 },
    { name: "shows a little more", driftMs: 100 },
  ])("come once each while the wall clock $name than has passed", async ({ driftMs }) => {
    const { clock, ticks, pass } = started(every(MINUTE), "2026-11-18T12:00:30Z");
    for (let minute = 0; minute < 30; minute++) {
      clock.jump(driftMs);
      await pass(MINUTE, 100);
    }
    expect(ticks.length).toBeGreaterThanOrEqual(29);
    expect(ticks.length).toBeLessThanOrEqual(31);
    expect(new Set(ticks.map(({ runMs }) => runMs)).size).toBe(ticks.length);
    expect(ticks.filter(({ isEarly }) => isEarly)).toEqual([]);
  });

  test("of an hourly schedule go on through both changes of the clocks", async () => {
    for (const night of ["2026-03-28T22:30:00Z", "2026-10-24T22:30:00Z"]) {
      const { ticks, pass } = started(cron("0 * * * *"), night, "Europe/Berlin");
      await pass(6 * HOUR);
      expect(ticks.map(({ elapsedMs }) => elapsedMs)).toEqual(
        [0.5, 1.5, 2.5, 3.5, 4.5, 5.5].map((hour) => hour * HOUR),
      );
    }
  });

  test("wait for a run that lies further ahead than timers reach", async () => {
    const { ticks, pass } = started(cron("0 0 1 1 *"), "2026-11-18T12:00:00Z");
    await pass(43 * DAY, HOUR);
    expect(ticks).toEqual([]);
    await pass(DAY, HOUR);
    expect(ticks).toMatchObject([{ runMs: at("2027-01-01T00:00:00Z"), isEarly: false }]);
  });
});

describe("what follows from the coming runs", () => {
  /** As a workspace's times without any of its own settings. */
  function timesAt(schedule: Schedule, iso: string, zone = "UTC", runIso?: string) {
    const timetable = createTimetable(schedule, zone, new ManualClock(iso));
    const spacing = timetable.spacingAt(at(iso), runIso === undefined ? undefined : at(runIso));
    const derived = pollTiming({ jitterMs: undefined, staleAfterMs: undefined }, spacing);
    return { ...derived, longestMs: timetable.longestGapMs(at(iso)) };
  }

  test.each([
    {
      name: "an interval, wherever in it the first poll falls",
      schedule: every(HOUR),
      now: "2026-11-18T12:59:59Z",
      times: { jitterMs: 30 * SECOND, deadlineMs: 15 * MINUTE, staleAfterMs: 3 * HOUR, longestMs: HOUR },
    },
    {
      name: "a short interval",
      schedule: every(MINUTE),
      now: "2026-11-18T12:59:59Z",
      times: { jitterMs: 6 * SECOND, deadlineMs: MINUTE, staleAfterMs: HOUR, longestMs: MINUTE },
    },
    {
      name: "office hours in the morning: the next runs are near",
      schedule: cron("*/5 6-20 * * 1-5"),
      now: "2026-11-20T09:00:00Z",
      run: "2026-11-20T09:00:00Z",
      times: { jitterMs: 30 * SECOND, deadlineMs: 5 * MINUTE, staleAfterMs: HOUR, longestMs: 57 * HOUR + 5 * MINUTE },
    },
    {
      name: "office hours at their end on Friday: the next run is on Monday",
      schedule: cron("*/5 6-20 * * 1-5"),
      now: "2026-11-20T20:55:00Z",
      run: "2026-11-20T20:55:00Z",
      times: {
        jitterMs: 30 * SECOND,
        deadlineMs: 15 * MINUTE,
        staleAfterMs: 57 * HOUR + 15 * MINUTE,
        longestMs: 57 * HOUR + 5 * MINUTE,
      },
    },
    {
      name: "a start on Friday night: until Monday's third run",
      schedule: cron("*/5 6-20 * * 1-5"),
      now: "2026-11-20T21:00:00Z",
      times: {
        jitterMs: 30 * SECOND,
        deadlineMs: 5 * MINUTE,
        staleAfterMs: 57 * HOUR + 10 * MINUTE,
        longestMs: 57 * HOUR + 5 * MINUTE,
      },
    },
    {
      name: "the night of the change, by named hours: it has an hour more",
      schedule: cron("30 1,2,3 * * *"),
      now: "2026-10-24T23:30:00Z",
      zone: "Europe/Berlin",
      run: "2026-10-24T23:30:00Z",
      times: { jitterMs: 30 * SECOND, deadlineMs: 15 * MINUTE, staleAfterMs: 25 * HOUR, longestMs: 22 * HOUR },
    },
    {
      name: "seconds",
      schedule: cron("0,20 * * * * *"),
      now: "2026-11-18T12:00:00Z",
      run: "2026-11-18T12:00:00Z",
      times: { jitterMs: 2 * SECOND, deadlineMs: 20 * SECOND, staleAfterMs: HOUR, longestMs: 40 * SECOND },
    },
    {
      name: "seconds within hours",
      schedule: cron("*/10 * 8-18 * * *"),
      now: "2026-11-18T12:00:00Z",
      run: "2026-11-18T12:00:00Z",
      times: { jitterMs: SECOND, deadlineMs: 10 * SECOND, staleAfterMs: HOUR, longestMs: 13 * HOUR + MINUTE },
    },
    {
      name: "once a year",
      schedule: cron("0 0 1 1 *"),
      now: "2026-11-18T12:00:00Z",
      run: "2026-01-01T00:00:00Z",
      times: {
        jitterMs: 30 * SECOND,
        deadlineMs: 15 * MINUTE,
        staleAfterMs: 3 * 365 * DAY + DAY,
        longestMs: 366 * DAY,
      },
    },
  ])("of $name", ({ schedule, now, zone = "UTC", run, times }) => {
    expect(timesAt(schedule, now, zone, run)).toEqual(times);
  });

  test("polls a day are those of whole weeks", () => {
    expect(pollsPerDay(every(HOUR), "UTC", at(START))).toBe(24);
    expect(pollsPerDay(cron("*/5 6-20 * * 1-5"), "UTC", at(START))).toBeCloseTo((5 * 15 * 12) / 7, 10);
    expect(pollsPerDay(cron("*/10 * * * * *"), "UTC", at(START))).toBeCloseTo(1440, 10);
  });
});

describe("a cron expression", () => {
  test.each([
    ["* * * * *", true],
    ["0 8-18 * * 1-5", true],
    ["*/10 * * * * *", true],
    ["0 0 29 2 *", true],
    // A leap day on a Monday: the next one is in 2044.
    ["0 0 29 2 1", true],
    ["0 0 L * *", true],
    ["0 0 * * 5#3", true],
    ["", false],
    ["* * * *", false],
    ["61 * * * *", false],
    ["nonsense", false],
    // Days that no month has: the first three node-cron refuses itself, the last one is looked for in vain.
    ["0 0 31 2 *", false],
    ["0 0 30 2 *", false],
    ["0 0 31 4,6,9,11 *", false],
    ["0 0 31W 2 *", false],
  ])("%j is one that fires: %s", (text, isOne) => {
    expect(isCronExpression(text)).toBe(isOne);
  });
});

test("a timetable of a cron expression that never fires is refused", () => {
  const make = () => createTimetable(cron("0 0 31W 2 *"), "Europe/Berlin", new ManualClock("2026-11-18T12:00:00Z"));
  expect(make).toThrow('poll.schedule: "0 0 31W 2 *" never fires in Europe/Berlin; change one of them');
});
