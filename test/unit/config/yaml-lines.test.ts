import { expect, test } from "vitest";
import { lineFinder } from "../../../src/config/yaml-lines.ts";

const lineOf = lineFinder(`# first
a:
  b: 1
  list:
    - x
    - y: 2
    # the last
    - z
`);

test.each([
  { path: [], line: 1 },
  { path: ["a"], line: 2 },
  { path: ["a", "b"], line: 3 },
  { path: ["a", "list", 0], line: 5 },
  { path: ["a", "list", 2], line: 8 },
  { path: ["a", "missing"], line: 2 },
  { path: ["a", "b", "deeper"], line: 3 },
  { path: ["elsewhere"], line: 1 },
])("the line of $path is $line", ({ path, line }) => {
  expect(lineOf(path)).toBe(line);
});
