import { describe, expect, test } from "vitest";
import { fitSources } from "../../../src/exposition/published.ts";
import { joinChunks } from "../../../src/exposition/joined-chunks.ts";
import type { SourceData } from "../../../src/exposition/source-data.ts";
import type { DroppableDefinition } from "../../../src/metrics/definition.ts";
import type { NamedLabel } from "../../../src/metrics/info-metrics.ts";

function definitionOf(name: string, dropOrder: number): DroppableDefinition {
  return { name, dropOrder, type: "gauge", help: "", labels: [], unit: "", source: "", sums: "", caveat: "" };
}

interface Given {
  /** Number of series and drop order, by name of the family. */
  readonly families?: Readonly<Record<string, readonly [series: number, dropOrder: number]>>;
  /** Families that did not fit when the data was rendered. */
  readonly dropped?: Given["families"];
  /** Ids with a name. */
  readonly names?: Partial<Readonly<Record<NamedLabel, readonly string[]>>>;
}

/** The data of a source, without its bytes. */
function dataOf({ families = {}, dropped = {}, names = {} }: Given): SourceData {
  const linesOf = (series: number) => [{ window: "7d", series, key: "", chunk: joinChunks([]) }];
  return {
    ...{ workspace: "acme", day: "2026-11-18" },
    families: Object.entries(families).map(([name, [series, dropOrder]]) => {
      return { definition: definitionOf(name, dropOrder), lines: linesOf(series) };
    }),
    dropped: Object.entries(dropped).map(([name, [series, dropOrder]]) => {
      return { definition: definitionOf(name, dropOrder), series };
    }),
    names: (["project", "labeler"] as const).map((label) => {
      const samples = (names[label] ?? []).map((id) => ({ labels: { [label]: id }, value: 1 }));
      return { definition: definitionOf(`${label}_info`, 1), label, samples, lines: linesOf(samples.length) };
    }),
  };
}

/** Which families of each source are published, with their series, and which are not. */
function fit(limit: number, sources: Readonly<Record<string, Given>>) {
  const datas = Object.entries(sources).map(([name, given]) => [name, dataOf(given)] as const);
  return [...fitSources(datas, limit)].map(([source, { parts, series, droppedFamilies, droppedSeries }]) => {
    const published = parts.map(({ definition, series: own }) => `${own} ${definition.name}`).join(", ");
    return { source, published, series, dropped: droppedFamilies.join(", "), droppedSeries };
  });
}

describe("the series limit", () => {
  const two = { low: [3, 20], high: [2, 10] } as const;
  const published = (text: string, series: number) => ({ published: text, series, dropped: "", droppedSeries: 0 });

  test.each([
    {
      name: "everything that fits, the most valuable first",
      limit: 5,
      given: { families: two },
      result: published("2 high, 3 low", 5),
    },
    {
      name: "no part of a family that does not fit whole",
      limit: 4,
      given: { families: two },
      result: { published: "2 high", series: 2, dropped: "low", droppedSeries: 3 },
    },
    {
      name: "no family after one that does not fit, however small",
      limit: 4,
      given: { families: { high: [2, 10], low: [3, 20], lowest: [1, 30] } as const },
      result: { published: "2 high", series: 2, dropped: "low, lowest", droppedSeries: 4 },
    },
    {
      name: "nothing when the first family does not fit",
      limit: 1,
      given: { families: two },
      result: { published: "", series: 0, dropped: "high, low", droppedSeries: 5 },
    },
    {
      name: "nothing less valuable than a family that was not rendered",
      limit: 100,
      given: { families: two, dropped: { between: [50, 15] } as const },
      result: { published: "2 high", series: 2, dropped: "between, low", droppedSeries: 53 },
    },
    {
      name: "empty families neither as published nor as dropped",
      limit: 0,
      given: { families: { empty: [0, 1] } as const },
      result: published("", 0),
    },
  ])("of $limit leaves $name", ({ limit, given, result }) => {
    expect(fit(limit, { insights: given })).toEqual([{ source: "insights", ...result }]);
  });

  test.each([
    {
      name: "gets the room that the first one leaves",
      limit: 4,
      given: { first: { families: { a: [3, 10] } }, second: { families: { b: [1, 10] } } } as const,
      result: published("1 b", 1),
    },
    {
      name: "gets no room once the first one had to drop a family",
      limit: 4,
      given: { first: { families: { a: [3, 10], big: [9, 20] } }, second: { families: { b: [1, 10] } } } as const,
      result: { published: "", series: 0, dropped: "b", droppedSeries: 1 },
    },
    {
      name: "publishes only the names that the first one does not know",
      limit: 9,
      given: { first: { names: { project: ["p1", "p2"] } }, second: { names: { project: ["p2", "p3"] } } } as const,
      result: published("1 project_info", 1),
    },
    {
      name: "publishes names of projects and of labelers with the same id",
      limit: 9,
      given: { first: { names: { project: ["x"] } }, second: { names: { labeler: ["x"] } } } as const,
      result: published("1 labeler_info", 1),
    },
  ])("a second source $name", ({ limit, given, result }) => {
    expect(fit(limit, given)[1]).toEqual({ source: "second", ...result });
  });
});
