import { expect, test } from "vitest";
import { createHistory } from "../../../src/backfill/history.ts";
import type { Entry } from "../../../src/sources/source.ts";

const entry = (key: string, ...values: readonly (number | undefined)[]): Entry => ({
  grain: "row",
  key,
  labels: () => ({ labeler: key }),
  values,
});

test("tracks have the days on which there was an answer, in the same order whatever came first", () => {
  const history = createHistory();
  history.add(0, [entry("b", 1, undefined)]);
  history.add(2, [entry("a", 2, 3), entry("b", 4, 5)]);
  expect(history.tracks("row")).toEqual([
    { labels: { labeler: "a" }, days: [2], columns: [[2], [3]] },
    {
      labels: { labeler: "b" },
      days: [0, 2],
      columns: [
        [1, 4],
        [NaN, 5],
      ],
    },
  ]);
  expect(history.tracks("project")).toEqual([]);
});

test("more than memory would hold is refused, with what to do", () => {
  const history = createHistory(1);
  history.add(0, [entry("a", 1)]);
  expect(() => {
    history.add(1, [entry("a", 1)]);
  }).toThrow(/^--from: the responses have more than 1 rows, too many for memory; choose a later day/);
});
