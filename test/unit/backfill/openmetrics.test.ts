import { expect, test } from "vitest";
import { inChunks } from "../../../src/backfill/chunks.ts";
import { renderOpenMetrics } from "../../../src/backfill/openmetrics.ts";
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
