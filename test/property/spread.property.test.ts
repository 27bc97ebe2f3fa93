import fc from "fast-check";
import { expect, test } from "vitest";
import { createPollLoop } from "../../src/poller/loop.ts";
import { shiftOf } from "../../src/poller/spread.ts";
import { createTimetable } from "../../src/poller/timetable.ts";
import { HandTimetable, createLogCapture } from "../support/exporter-harness.ts";
import { ManualClock } from "../support/manual-clock.ts";

const poll = { stagger: true, startupSpreadMs: 0 };
const nameSets = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/))
  .map(([count, prefix]) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`));
/** Intervals that the configuration takes, in seconds. */
const intervals = fc.constantFrom(1, 10, 60, 300, 900, 3600, 7200, 86_400);

test("the polls of any number of workspaces lie evenly in their interval", () => {
  fc.assert(
    fc.property(nameSets, fc.constantFrom("insights", "legacy"), (names, source) => {
      const parts = 10;
      const counts = Array.from({ length: parts }, () => 0);
      for (const name of names) {
        const part = Math.floor(shiftOf({ name, poll }, source) * parts);
        counts[part] = (counts[part] ?? 0) + 1;
      }
      expect(counts).toHaveLength(parts);
      const mean = names.length / parts;
      // Within six standard deviations of what chance makes of it, and some for few workspaces.
      for (const count of counts) expect(count).toBeLessThanOrEqual(mean + 6 * Math.sqrt(mean) + 3);
    }),
  );
});

test("a workspace's place depends on no other workspace: it stays when others come and go", () => {
  const before = ["a", "b", "c"].map((name) => shiftOf({ name, poll }, "insights"));
  const after = ["x", "a", "y", "b", "c"].map((name) => shiftOf({ name, poll }, "insights"));
  expect(after.filter((_, index) => [1, 3, 4].includes(index))).toEqual(before);
});

test("a moved interval has its run once in every interval, by the same time of every day", () => {
  const moments = fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 });
  fc.assert(
    fc.property(intervals, fc.double({ min: 0, max: 0.999999, noNaN: true }), moments, (seconds, shift, nowMs) => {
      const clock = new ManualClock(new Date(nowMs).toISOString());
      const timetable = createTimetable({ kind: "interval", seconds }, "Europe/Berlin", clock, shift);
      const next = timetable.nextRunMs() ?? NaN;
      expect(next).toBeGreaterThan(nowMs);
      expect(next - nowMs).toBeLessThanOrEqual(seconds * 1000);
      expect(next % (seconds * 1000)).toBe(Math.floor(shift * seconds * 1000));
      expect(timetable.spacingAt(nowMs, next)).toMatchObject({ gapMs: seconds * 1000 });
    }),
  );
});

const steps = fc.array(fc.oneof(fc.constant("tick" as const), fc.integer({ min: 0, max: 2000 })), { maxLength: 60 });

test("one source is never polled twice at once, whenever runs come and however long polls take", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(3000), fc.nat(1500), async (given, firstDelayMs, jitterMs) => {
      const [clock, timetable] = [new ManualClock(), new HandTimetable()];
      let running = 0;
      let polls = 0;
      let skipped = 0;
      const pollSource = async (stop: AbortSignal) => {
        expect(++running).toBe(1);
        polls++;
        await clock.sleep((polls * 700) % 1900, stop).finally(() => running--);
      };
      const deps = { timetable, firstDelayMs, clock, random: () => 0.9, logger: createLogCapture().logger };
      const onSkipped = () => {
        skipped++;
      };
      const loop = createPollLoop(pollSource, { ...deps, jitterMs: () => jitterMs, onSkipped });
      loop.start();
      for (const step of given) {
        if (step === "tick") timetable.tick();
        else clock.advance(step);
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      }
      await loop.stop();
      const ticks = given.filter((step) => step === "tick").length;
      expect(polls + skipped).toBeLessThanOrEqual(ticks + 1);
      expect([running, clock.sleeping]).toEqual([0, 0]);
    }),
    { numRuns: 200 },
  );
});
