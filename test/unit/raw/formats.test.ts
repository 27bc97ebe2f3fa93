import { expect, test } from "vitest";
import { FAITHFUL, WITHOUT_FORMULAS, columnsOf, csvHeader, csvLines } from "../../../src/raw/formats.ts";
import { parseCsv } from "../../support/csv.ts";

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

test.each([
  { text: '=HYPERLINK("http://x")', safe: '\'=HYPERLINK("http://x")' },
  { text: "+1+1", safe: "'+1+1" },
  { text: "-1+cmd|' /c calc'!A0", safe: "'-1+cmd|' /c calc'!A0" },
  { text: "@SUM(1)", safe: "'@SUM(1)" },
  { text: "\t=1", safe: "'\t=1" },
  { text: "\r=1", safe: "'\r=1" },
  { text: "\n=1", safe: "'\n=1" },
  { text: "＝1+1", safe: "'＝1+1" },
  { text: "-", safe: "'-" },
  { text: "-5", safe: "-5" },
  { text: "+3.25e-7", safe: "+3.25e-7" },
  { text: "a=1", safe: "a=1" },
  { text: "'quoted'", safe: "'quoted'" },
])("for a spreadsheet $text stands as $safe; otherwise as it is, and numbers always", ({ text, safe }) => {
  const rows = [{ [text]: text, id: -5, nested: ["=1"] }];
  const columns = columnsOf(rows);
  const cells = (rule: (value: string) => string) =>
    parseCsv(csvHeader(columns, rule) + csvLines(rows, columns, rule)).map((record) => record.map((cell) => cell.text));
  expect(cells(WITHOUT_FORMULAS)).toEqual([
    [safe, "id", "nested", "_extra"],
    [safe, "-5", '["=1"]', ""],
  ]);
  expect(cells(FAITHFUL)).toEqual([
    [text, "id", "nested", "_extra"],
    [text, "-5", '["=1"]', ""],
  ]);
});
