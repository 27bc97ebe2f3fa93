import { describe, expect, test } from "vitest";
import { RowTable, RowTableBuilder } from "../../../src/answers/row-table.ts";

const FIELDS = { images: "count", rate: "percent" } as const;

const row = (labeler: string, values: { readonly images?: number; readonly rate?: number }) => ({
  ...{ project: "p", labeler, values },
});

describe("a table of rows", () => {
  const rows = [row("a", { images: 3, rate: 50 }), row("b", {}), row("c", { images: 0 })];
  const table = RowTable.of(FIELDS, rows);

  test("gives them back, without the numbers that they do not have", () => {
    expect([...table]).toEqual(rows);
    expect(table).toHaveLength(3);
  });

  test("has a column for each field, NaN where a row has no number", () => {
    expect([...table.column("images")]).toEqual([3, NaN, 0]);
    expect([...table.column("rate")]).toEqual([50, NaN, NaN]);
  });

  test("grows to any number of rows", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => row(`l${index}`, { images: index }));
    expect([...RowTable.of(FIELDS, many)]).toEqual(many);
  });

  test.each([0, 1, 2])("put together with others holds the rows of all: %i more", (more) => {
    const others = Array.from({ length: more }, (_, index) => [row(`x${index}`, { images: index })]);
    const tables = [table, ...others.map((other) => RowTable.of(FIELDS, other))];
    expect([...RowTable.concat(FIELDS, tables)]).toEqual([...rows, ...others.flat()]);
  });

  test("of no tables is empty", () => {
    expect([...RowTable.concat(FIELDS, [])]).toEqual([]);
  });
});

describe("while it is made", () => {
  test("a row is found by its project and labeler, whatever they are called", () => {
    const builder = new RowTableBuilder(FIELDS);
    const ids = ["a", "b", "", "__proto__", "a,b"];
    const pairs = ids.flatMap((project) => ids.map((labeler) => [project, labeler] as const));
    const found = pairs.map(([project, labeler]) => builder.append(project, labeler));
    expect(pairs.map(([project, labeler]) => builder.find(project, labeler))).toEqual(found);
    expect(builder.find("c", "a")).toBeUndefined();
    expect(builder.find("a", "c")).toBeUndefined();
  });

  test.each([
    { what: "two numbers", other: { images: 4 }, sum: { images: 7 } },
    { what: "an unknown number", other: {}, sum: {} },
    { what: "a sum that is infinite", other: { images: Infinity }, sum: {} },
    { what: "what does not add up", other: { images: 4, rate: 20 }, sum: { images: 7 } },
  ])("a row is added to another: $what", ({ other, sum }) => {
    const builder = new RowTableBuilder(FIELDS);
    const at = builder.append("p", "a");
    builder.set(at, "images", 3);
    builder.set(at, "rate", 50);
    builder.addTo(at, other, (field) => field === "images");
    expect([...builder.table()]).toEqual([row("a", sum)]);
  });
});
