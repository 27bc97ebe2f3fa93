import { expect, test } from "vitest";
import { type Lines, inChunks, lineTimes, renderOpenMetrics, sampleTimes } from "../../../src/backfill/openmetrics.ts";
import type { BackfilledFamily } from "../../../src/backfill/series.ts";
import { INFO_METRICS } from "../../../src/metrics/info-metrics.ts";

const definition = { ...INFO_METRICS.project, name: "roboflow_x", help: 'A back\\slash, a "quote" and a\nline.' };
const family = (...series: readonly (readonly number[])[]): BackfilledFamily => ({
  definition,
  series: function* () {
    for (const [at, values] of series.entries())
      yield { labels: { id: `${at} \\ " \n ü` }, values: Float64Array.from(values) };
  },
});
const render = (families: readonly BackfilledFamily[], times: readonly (readonly number[])[]) => {
  const count = { series: 0, samples: 0 };
  const pieces = [...inChunks(renderOpenMetrics(families, { job: "j" }, times, count))];
  return { text: Buffer.concat(pieces).toString(), count };
};

test("series come one after the other, each day's value at each of its times, escaped as OpenMetrics has it", () => {
  const { text, count } = render([family([1, NaN, -2.5], [NaN, 7, NaN])], [[10, 20], [30], [40]]);
  expect(text.split("\n")).toEqual([
    "# TYPE roboflow_x gauge",
    String.raw`# HELP roboflow_x A back\\slash, a \"quote\" and a\nline.`,
    String.raw`roboflow_x{id="0 \\ \" \n ü",job="j"} 1 10`,
    String.raw`roboflow_x{id="0 \\ \" \n ü",job="j"} 1 20`,
    String.raw`roboflow_x{id="0 \\ \" \n ü",job="j"} -2.5 40`,
    String.raw`roboflow_x{id="1 \\ \" \n ü",job="j"} 7 30`,
    "# EOF",
    "",
  ]);
  expect(count).toEqual({ series: 2, samples: 4 });
});

test("a family without samples is left out", () => {
  expect(render([family([NaN]), family([1])], [[]])).toEqual({ text: "# EOF\n", count: { series: 0, samples: 0 } });
});

import fc from "fast-check";

/** Lines with the numbers from 0 on behind one beginning. */
function numbered(beginning: string, count: number): Lines {
  const ends = Array.from({ length: count }, (_, line) => Buffer.from(`${String(line).padStart(6, "0")}\n`));
  return { beginning, ends };
}

function textOf({ beginning, ends }: Lines): string {
  return ends.map((end) => beginning + Buffer.from(end).toString()).join("");
}

/** The pieces' texts; each is read before the next is asked for, as the writer of a file does. */
function pieces(all: readonly Lines[]): string[] {
  return Array.from(inChunks(all), (piece) => Buffer.from(piece).toString());
}

test("lines that begin alike are written one by one, whatever came before them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.nat({ max: 40 })), { maxLength: 20 }),
      (given) => {
        const all = given.map(([beginning, count]) => numbered(beginning, count));
        expect(pieces(all).join("")).toBe(all.map(textOf).join(""));
      },
    ),
  );
});

test.each([
  { name: "many lines of one beginning", lines: numbered("x".repeat(100), 10_000) },
  { name: "many lines that take three bytes a letter", lines: numbered("€".repeat(100), 10_000) },
  { name: "lines of which hardly one fits into a piece", lines: numbered("x".repeat(40_000), 7) },
  { name: "lines that are longer than a piece", lines: numbered("x".repeat(200_000), 3) },
])("$name come in several pieces, and nothing of them is lost", ({ lines }) => {
  const before = numbered("before ", 3);
  const made = pieces([before, lines, before]);
  expect(made.length).toBeGreaterThan(2);
  expect(made.join("") === [before, lines, before].map(textOf).join("")).toBe(true);
});

const HOURLY = { timezone: "UTC", stepSeconds: 3600, before: Infinity };
const times = (date: string, next: string, sampling: object = {}) =>
  sampleTimes(date, next, { ...HOURLY, ...sampling }).map((time) => new Date(time * 1000).toISOString().slice(5, 19));

test("a day is written every step after midnight and in its last second", () => {
  const written = times("2024-05-17", "2024-05-18");
  expect(written).toHaveLength(24);
  expect(written.slice(0, 2)).toEqual(["05-17T01:00:00", "05-17T02:00:00"]);
  expect(written.slice(-2)).toEqual(["05-17T23:00:00", "05-17T23:59:59"]);
});

test.each([
  { what: "an hour short", date: "2024-03-31", next: "2024-04-01", count: 23, last: "03-31T21:59:59" },
  { what: "an hour long", date: "2024-10-27", next: "2024-10-28", count: 25, last: "10-27T22:59:59" },
])("a day that is $what is written to its end", ({ date, next, count, last }) => {
  const written = times(date, next, { timezone: "Europe/Berlin" });
  expect(written).toHaveLength(count);
  expect(written.at(-1)).toBe(last);
});

test("a step of a day writes a day's last second alone", () => {
  expect(times("2024-05-17", "2024-05-18", { stepSeconds: 86_400 })).toEqual(["05-17T23:59:59"]);
});

test("nothing is written at or after the limit", () => {
  const before = Date.parse("2024-05-17T03:00:00Z") / 1000;
  expect(times("2024-05-17", "2024-05-18", { before })).toEqual(["05-17T01:00:00", "05-17T02:00:00"]);
});

test("days before the first to be written have no times", () => {
  const line = { first: "2024-05-01", count: 3 };
  const counts = lineTimes(line, "2024-05-02", HOURLY).map((day) => day.length);
  expect(counts).toEqual([0, 24, 24]);
});
