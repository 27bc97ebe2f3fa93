import fc from "fast-check";
import { expect, test } from "vitest";
import { dateAt, dayLine } from "../../src/backfill/questions.ts";
import { presentWithin, summedOver, windowStarts } from "../../src/backfill/history.ts";
import { FIRST_DAY, parseWindow, windowRange } from "../../src/calendar/windows.ts";

const LINE = dayLine("2024-01-20", "2024-04-10");

/** Days in a row, some without a row, some whose row lacks the value. */
const entries = fc.array(
  fc.option(fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: NaN }), { nil: undefined }),
  {
    minLength: LINE.count,
    maxLength: LINE.count,
  },
);
const windows = fc.constantFrom("today", "2d", "7d", "28d", "week", "month", "all").map((name) => {
  const window = parseWindow(name);
  if (!window) throw new Error(name);
  return window;
});

function trackOf(values: readonly (number | undefined)[]) {
  const days = values.flatMap((value, day) => (value === undefined ? [] : [day]));
  const column = values.flatMap((value) => (value === undefined ? [] : [value]));
  return { track: { labels: {}, days, columns: [column] }, column };
}

/** The same by the definition: every day of the window added up again. */
function naive(
  values: readonly (number | undefined)[],
  window: Parameters<typeof windowRange>[0],
  day: number,
): number {
  const start = windowRange(window, dateAt(LINE, day)).startDate;
  const within = values.filter((value, at) => at <= day && dateAt(LINE, at) >= start && value !== undefined);
  return within.length === 0 ? NaN : within.reduce<number>((sum, value) => sum + (value ?? NaN), 0);
}

test("a window's value at the end of a day is the sum over its days, and unknown when one of them is", () => {
  fc.assert(
    fc.property(entries, windows, (values, window) => {
      const { track, column } = trackOf(values);
      const sums = summedOver(windowStarts(window, LINE, FIRST_DAY), track, column, LINE);
      expect([...sums]).toEqual(values.map((_, day) => naive(values, window, day)));
    }),
  );
});

test("something is present while the window holds a day with a row", () => {
  fc.assert(
    fc.property(entries, windows, (values, window) => {
      const { track } = trackOf(values);
      const ones = values.map((value) => (value === undefined ? undefined : 1));
      const expected = values.map((_, day) => (naive(ones, window, day) > 0 ? 1 : NaN));
      expect([...presentWithin(windowStarts(window, LINE, FIRST_DAY), track, LINE)]).toEqual(expected);
    }),
  );
});

test("no window begins before the API's first day", () => {
  const line = dayLine(FIRST_DAY, "2023-08-10");
  const window = parseWindow("28d");
  expect(window && windowStarts(window, line, FIRST_DAY)).toEqual(Array.from({ length: 10 }, () => 0));
});
