import { describe, expect, test } from "vitest";
import { Moment, systemClock } from "../../src/clock.ts";

const start = new Moment(1_000_000, 500);

describe("between two moments", () => {
  test.each([
    { name: "nothing is set", now: new Moment(1_003_000, 3_500), elapsed: 3_000, age: 3_000 },
    { name: "the wall clock is set back", now: new Moment(400_000, 3_500), elapsed: 3_000, age: 3_000 },
    {
      name: "the wall clock goes on in a suspension",
      now: new Moment(9_000_000, 3_500),
      elapsed: 3_000,
      age: 8_000_000,
    },
    { name: "no time passes", now: start, elapsed: 0, age: 0 },
  ])("when $name", ({ now, elapsed, age }) => {
    expect([now.msSince(start), now.ageOf(start)]).toEqual([elapsed, age]);
  });
});

describe("a moment of another process", () => {
  test("is as old as the wall clock says, and grows older by elapsed time", () => {
    const saved = start.at(400_000);
    expect(saved.epochMs).toBe(400_000);
    expect(start.ageOf(saved)).toBe(600_000);
    // Set back by much more than that, a second later.
    expect(new Moment(0, 1_500).ageOf(saved)).toBe(601_000);
  });

  test("in the future counts as now", () => {
    expect(start.ageOf(start.at(1_050_000))).toBe(0);
    expect(new Moment(1_001_000, 1_500).ageOf(start.at(1_050_000))).toBe(1_000);
  });
});

describe("the system's clock", () => {
  test("sleeps for elapsed time and not less", async () => {
    const before = systemClock.moment();
    await systemClock.sleep(20);
    expect(systemClock.moment().msSince(before)).toBeGreaterThanOrEqual(20);
  });

  test("sleeps for months, beyond the limit of Node's timers", async () => {
    const stopping = new AbortController();
    const sleep = systemClock.sleep(90 * 86_400_000, stopping.signal);
    const short = systemClock.sleep(20).then(() => "short");
    expect(await Promise.race([short, sleep.then(() => "months")])).toBe("short");
    stopping.abort();
    await expect(sleep).rejects.toThrow();
  });
});
