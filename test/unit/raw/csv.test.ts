import { expect, test } from "vitest";
import { columnsOf, csvHeader, csvLines } from "../../../src/raw/csv.ts";

test("columns are the first page's keys; what comes later stands in _extra", () => {
  const columns = columnsOf([
    { id: 1, name: "a" },
    { id: 2, done: true },
  ]);
  const rows = [
    { id: 1, name: 'say "hi", you' },
    { done: null, name: "" },
    { id: 3, tags: ["x"], _extra: 0 },
    [1],
    "b",
    null,
  ];
  expect(csvHeader(columns) + csvLines(rows, columns)).toBe(
    [
      "id,name,done,_extra",
      '1,"say ""hi"", you",,',
      ',"",,',
      '3,,,"{""tags"":[""x""],""_extra"":0}"',
      ",,,[1]",
      ',,,"""b"""',
      ",,,null",
      "",
    ].join("\r\n"),
  );
});

test("rows with a thousand and more keys have a thousand columns", () => {
  const wide = Object.fromEntries(Array.from({ length: 1002 }, (_, index) => [`k${index}`, index]));
  const columns = columnsOf([wide]);
  expect(columns.size).toBe(1000);
  expect(csvLines([wide], columns)).toMatch(/,999,"\{""k1000"":1000,""k1001"":1001\}"\r\n$/);
});
