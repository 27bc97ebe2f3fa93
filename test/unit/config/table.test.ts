import { expect, test } from "vitest";
import { defaultText, fromText, key, rowsOf } from "../../../src/config/table.ts";
import { integer, list, mapping, name, yesOrNo } from "../../../src/config/values.ts";

const rows = rowsOf(
  mapping({
    count: key(integer(0, 10), { note: "How many", default: 3 }),
    on: key(yesOrNo(), { note: "Whether", otherwise: "false under `hmac`" }),
    people: key(list(name(), "names"), { note: "Who", default: ["a", "b"] }),
  }),
);

test("gives rows in the order of the keys, with types and defaults in words", () => {
  expect(rows.map((row) => [row.name, row.type, defaultText(row)])).toEqual([
    ["count", "integer, 0 to 10", "3"],
    ["on", "boolean", "false under `hmac`"],
    ["people", "list of names", "a, b"],
  ]);
});

test.each([
  ["count", "7", 7],
  ["count", "-1.5", -1.5],
  ["count", "1e3", "1e3"],
  ["on", "true", true],
  ["on", "false", false],
  ["on", "yes", "yes"],
  ["people", "a, b,c", ["a", "b", "c"]],
])("takes for %s the text %j as %j", (path, text, value) => {
  expect(rows.filter((row) => row.path === path).map((row) => fromText(row, text))).toEqual([value]);
});
