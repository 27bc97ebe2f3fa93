import { expect, test } from "vitest";
import { z } from "zod";
import { DEFAULTS } from "../../../src/config/defaults.ts";
import { EXAMPLE_YAML } from "../../../src/config/docs-example.ts";
import { envSchema } from "../../../src/config/env-schema.ts";
import { fileSchema } from "../../../src/config/file-schema.ts";
import { flagsSchema } from "../../../src/config/flags.ts";
import { ENV_KEYS, FILE_KEYS, FLAG_KEYS, knownKeysIn } from "../../../src/config/keys.ts";
import { parseSize } from "../../../src/config/size.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { sourcesOf } from "./sources.ts";

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** The paths of a schema's keys as zod itself tells them. */
function pathsOf({ properties, items }: JsonSchema, prefix = ""): string[] {
  if (items) return pathsOf(items, `${prefix}[]`);
  return Object.entries(properties ?? {}).flatMap(([name, child]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    return [path, ...pathsOf(child, path)];
  });
}

const DEPS = { isCronExpression: () => true, knownMetrics: [] };

test.each([
  ["flags", flagsSchema(), FLAG_KEYS],
  ["environment", envSchema(DEPS), ENV_KEYS],
  ["file", fileSchema(DEPS), FILE_KEYS],
])("every key of the %s has its row, and every row its key", (_, schema, rows) => {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  expect(rows.map(({ path }) => path)).toEqual(pathsOf(json));
  expect(rows.filter(({ type, meaning }) => !type || !meaning)).toEqual([]);
});

test("the schema's groups stand in the order of the docs", () => {
  expect(knownKeysIn("")).toEqual([
    "api",
    "poll",
    "calendar",
    "windows",
    "labelers",
    "metrics",
    "limits",
    "workspaces",
  ]);
});

test("the size that is documented as the default is the default", () => {
  const row = FILE_KEYS.find(({ path }) => path === "api.max_response_bytes");
  expect(parseSize(row?.default ?? "")).toBe(DEFAULTS.api.max_response_bytes);
});

test("the example of the docs loads", () => {
  const files: Readonly<Record<string, string>> = {
    "/config.yml": EXAMPLE_YAML,
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
