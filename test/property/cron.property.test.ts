import fc from "fast-check";
import { createTask, validate } from "node-cron";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCronRuns } from "../../src/poller/cron.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A field of values from `min` to `max`: all, a step, a range, or a list. */
function field(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: max - min });
  return fc.oneof(
    fc.constant("*"),
    step.map((by) => `*/${by}`),
    range,
    fc.tuple(range, step).map(([from, by]) => `${from}/${by}`),
    fc.uniqueArray(value, { minLength: 1, maxLength: 5 }).map((values) => values.join(",")),
  );
}

const dayOfMonth = fc.oneof(field(1, 31), fc.constantFrom("L", "15W", "L-3", "?"));
const dayOfWeek = fc.oneof(field(0, 6), fc.constantFrom("mon-fri", "1#2", "5L", "7"));
const [minutes, hours] = [field(0, 59), field(0, 23)];
const fields = fc.tuple(minutes, hours, dayOfMonth, field(1, 12), dayOfWeek);
const expressions = fc
  .oneof(fields, fc.tuple(field(0, 59), minutes, hours, dayOfMonth, field(1, 12), dayOfWeek))
  .map((parts) => parts.join(" "))
  .filter((text) => validate(text));
const instants = fc.integer({ min: Date.parse("2020-01-01"), max: Date.parse("2040-01-01") });

function runsAfter(expression: string, zone: string, fromMs: number, count: number): number[] {
  const next = createCronRuns(expression, zone);
  const found: number[] = [];
  for (let run = next(fromMs); run !== undefined && found.length < count; run = next(run)) found.push(run);
  return found;
}

test("where no clock changes, the runs are node-cron's own", () => {
  fc.assert(
    fc.property(expressions, instants, fc.constantFrom("Etc/UTC", "Asia/Kolkata"), (expression, fromMs, zone) => {
      vi.setSystemTime(fromMs);
      const task = createTask(expression, () => undefined, { timezone: zone });
      let expected: number[];
      try {
        expected = task.getNextRuns(3).map((run) => run.getTime());
      } catch {
        // It found none in a century.
        expected = [];
      } finally {
        void task.destroy();
      }
      expect(runsAfter(expression, zone, fromMs, 3)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

/** Nights on which clocks change, with the zone: by an hour and by half of one, at midnight, at both ends. */
const CHANGES: readonly (readonly [zone: string, aroundMs: number])[] = [
  ["Europe/Berlin", Date.parse("2026-03-29T01:00:00Z")],
  ["Europe/Berlin", Date.parse("2026-10-25T01:00:00Z")],
  ["America/New_York", Date.parse("2027-03-14T07:00:00Z")],
  ["America/St_Johns", Date.parse("2026-11-01T04:30:00Z")],
  ["Australia/Lord_Howe", Date.parse("2026-04-04T15:00:00Z")],
  ["Australia/Lord_Howe", Date.parse("2026-10-03T15:30:00Z")],
  ["America/Havana", Date.parse("2026-03-08T05:00:00Z")],
  ["America/Havana", Date.parse("2026-11-01T05:00:00Z")],
  ["Asia/Beirut", Date.parse("2026-03-28T22:00:00Z")],
  ["Asia/Beirut", Date.parse("2026-10-24T21:00:00Z")],
  ["Africa/Cairo", Date.parse("2026-04-23T22:00:00Z")],
  ["America/Nuuk", Date.parse("2026-03-29T01:00:00Z")],
  ["Pacific/Apia", Date.parse("2011-12-30T10:00:00Z")],
];

test("with hours that are not named, no gap over a change is longer than the schedule's own", () => {
  const steps = (values: readonly number[]) => fc.constantFrom(...values.map((by) => (by === 1 ? "*" : `*/${by}`)));
  const wild = fc
    .tuple(steps([1, 5, 10, 15, 20, 30]), steps([1, 2, 3, 4, 6]))
    .map((parts) => `${parts.join(" ")} * * *`);
  fc.assert(
    fc.property(wild, fc.constantFrom(...CHANGES), (expression, [zone, aroundMs]) => {
      const gapsOf = (runs: readonly number[]) => runs.slice(1).map((run, index) => run - (runs[index] ?? run));
      const own = Math.max(...gapsOf(runsAfter(expression, "UTC", aroundMs, 400)));
      const from = aroundMs - 2 * DAY;
      const runs = runsAfter(expression, zone, from, 1200).filter((run) => run < aroundMs + 2 * DAY);
      expect(Math.max(...gapsOf(runs))).toBeLessThanOrEqual(own);
      expect(Math.min(...gapsOf(runs))).toBeGreaterThanOrEqual(MINUTE);
    }),
    { numRuns: 150 },
  );
});

test("a named time runs exactly once on every day over a change, in the order of time, next to its hour", () => {
  const time = fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 }));
  fc.assert(
    fc.property(time, fc.constantFrom(...CHANGES.slice(0, -1)), ([minute, hour], [zone, aroundMs]) => {
      const runs = runsAfter(`${minute} ${hour} * * *`, zone, aroundMs - 2 * DAY, 4);
      const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
      for (const gap of gaps) expect(Math.abs(gap - DAY)).toBeLessThanOrEqual(HOUR);
    }),
    { numRuns: 150 },
  );
});

test("every run is after the time that is given, on a whole second, and the same from any time before it", () => {
  fc.assert(
    fc.property(
      expressions,
      fc.constantFrom(...CHANGES),
      fc.integer({ min: -DAY, max: DAY }),
      (expression, change, by) => {
        const next = createCronRuns(expression, change[0]);
        const fromMs = change[1] + by;
        const run = next(fromMs);
        if (run === undefined) return;
        expect(run).toBeGreaterThan(fromMs);
        expect(run % SECOND).toBe(0);
        expect(next(run - 1)).toBe(run);
        expect(next(fromMs + Math.floor((run - fromMs) / 2))).toBe(run);
      },
    ),
    { numRuns: 200 },
  );
});
