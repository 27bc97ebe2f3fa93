import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { FILE_KEYS, FLAGS, fileKeys, FLAG_KEYS, knownKeysIn } from "../../../src/config/keys.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { NOTHING_KNOWN } from "../../../src/config/settings.ts";
import { rowsOf } from "../../../src/config/table.ts";
import { sourcesOf } from "../../support/configurations.ts";

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** The paths of a schema's keys, from zod's own JSON Schema. */
function pathsOf({ properties, items }: JsonSchema, prefix = ""): string[] {
  if (items) return pathsOf(items, `${prefix}[]`);
  return Object.entries(properties ?? {}).flatMap(([name, child]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    return [path, ...pathsOf(child, path)];
  });
}

test.each([
  ["flags", FLAG_KEYS, FLAGS],
  ["file", fileKeys(NOTHING_KNOWN), FILE_KEYS],
])("every key of the %s has its row, and every row its key", (_, schema, rows) => {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  expect(rows.map(({ path }) => path)).toEqual(pathsOf(json));
  expect(rows.filter(({ type, note }) => !type || !note)).toEqual([]);
});

test("the schema's groups stand in the order of the docs", () => {
  expect(knownKeysIn("")).toEqual(["api", "poll", "calendar", "windows", "people", "metrics", "limits", "workspaces"]);
});

/** Rows that know the metrics their examples name. */
const ROWS = [...FLAGS, ...rowsOf(fileKeys({ ...NOTHING_KNOWN, knownMetrics: ["roboflow_boxes_updated"] }))];

test("every default and every example is a value of its key", () => {
  const values = ROWS.flatMap((row) => [row.default, row.example].map((value) => ({ row, value })));
  const bad = values.filter(({ row, value }) => value !== undefined && !z.safeParse(row.schema, value).success);
  expect(bad.map(({ row, value }) => [row.name, value])).toEqual([]);
});

test("every key that holds a value has an example or a default", () => {
  const holders = ROWS.filter(({ type }) => !/^(?:mapping|list of mappings)$/.test(type));
  const bare = holders.filter((row) => row.default === undefined && row.example === undefined);
  expect(bare.map(({ name }) => name)).toEqual([]);
});

test("the example of the docs loads", () => {
  const [, example = ""] =
    /## Example\n\n```yaml\n([^]*?)```/.exec(readFileSync("docs/configuration.md", "utf8")) ?? [];
  const files: Readonly<Record<string, string>> = {
    "/config.yml": example,
    "/run/secrets/labelers-hmac-key": "0123456789abcdef",
    "/run/secrets/acme-vision-key": "key-of-vision",
  };
  const config = loadConfig({
    ...sourcesOf({ yaml: "", env: { ACME_RESEARCH_KEY: "key-of-research" } }),
    readFile: (path) => files[path] ?? "",
    knownMetrics: ["roboflow_boxes_updated"],
  });
  expect(config.workspaces.map(({ name, apiKey }) => [name, apiKey])).toEqual([
    ["acme-vision", "key-of-vision"],
    ["acme-research", "key-of-research"],
  ]);
});
