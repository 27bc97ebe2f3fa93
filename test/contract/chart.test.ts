import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { FLAGS } from "../../src/config/keys.ts";
import { loadConfig } from "../../src/config/load.ts";
import { code, markdownTable, withParts } from "../../src/markdown.ts";
import { readWebFile } from "../../src/web-config/read-web-file.ts";
import { chartValues } from "../support/chart-values.ts";

const CHART = "deploy/helm/roboflow-exporter";
const read = (file: string) => readFileSync(`${CHART}/${file}`, "utf8");
const values = chartValues(read("values.yaml"));

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: false | Schema;
}
const schema = JSON.parse(read("values.schema.json")) as Schema;

test("the chart holds the committed rules and dashboards", () => {
  expect(readdirSync(`${CHART}/files/rules`)).toEqual(readdirSync("prometheus/rules"));
  expect(readdirSync(`${CHART}/files/dashboards`)).toEqual(readdirSync("grafana/dashboards"));
});

test("the table in the chart's README is made of values.yaml, where each value is explained", async () => {
  expect(values.filter(({ meaning }) => !meaning.endsWith(".")).map(({ path }) => path)).toEqual([]);
  const table = markdownTable(
    {
      Value: ({ path }) => code(path),
      Default: ({ byDefault }) => code(JSON.stringify(byDefault)),
      Meaning: ({ meaning }) => meaning,
    },
    values,
  );
  await expect(withParts(read("README.md"), "values", { all: table })).toMatchFileSnapshot(`../../${CHART}/README.md`);
});

/** Every path that the schema knows: those of mappings whose keys it lists, to their ends. */
function pathsOf({ properties = {} }: Schema, at = ""): string[] {
  return Object.entries(properties).flatMap(([name, inner]) => {
    const path = `${at}${name}`;
    const isValue = inner.properties === undefined || values.some((value) => value.path === path);
    return isValue ? [path] : pathsOf(inner, `${path}.`);
  });
}

test("the schema has the values of values.yaml, and of others only those that Kubernetes and Helm have without a default", () => {
  const known = pathsOf(schema);
  const shown = values.map(({ path }) => path);
  expect(known.filter((path) => !shown.includes(path))).toEqual(["resources.claims", "global"]);
  expect(shown.filter((path) => !known.includes(path))).toEqual([]);
});

/** Objects of which the schema allows any key. */
function openObjects({ type, properties = {}, items, additionalProperties }: Schema, at = ""): string[] {
  const open = type === "object" && additionalProperties === undefined ? [at] : [];
  const below = Object.entries(properties).flatMap(([name, inner]) => openObjects(inner, `${at}.${name}`));
  return [...open, ...below, ...(items ? openObjects(items, `${at}[]`) : [])];
}

/** What others define: the exporter's own configuration, objects of Kubernetes, and what Helm shares among charts. */
const OPEN =
  /^\.(?:config(?:\.workspaces\[\])?|web\.config\.\w+|extraEnv\[\]\.valueFrom\.\w+|extraVolumes\[\]|networkPolicy\..*|affinity\.\w+|global)$/;

test("the schema refuses unknown keys, except in what others define", () => {
  const open = openObjects(schema);
  expect(open.filter((path) => !OPEN.test(path))).toEqual([]);
  expect(open).toContain(".config");
});

const cases = readdirSync(`${CHART}/ci`).map((file) => ({
  file,
  given: parse(read(`ci/${file}`)) as { config?: object; shards?: number; web?: { config?: object } },
}));

test.each(cases.filter(({ given }) => given.config))("the exporter accepts the configuration of $file", ({ given }) => {
  const event = ["UID:1", "DTSTAMP:20261101T000000Z", "DTSTART;VALUE=DATE:20261225", "SUMMARY:Christmas"];
  const calendar = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", ...event, "END:VEVENT", "END:VCALENDAR", ""];
  const files: Readonly<Record<string, string>> = {
    "config.yaml": stringify(given.config),
    "/etc/holidays/holidays.ics": calendar.join("\r\n"),
  };
  const { workspaces } = loadConfig({
    env: {},
    flags: { configFile: "config.yaml" },
    readFile: (file) => files[file] ?? "some-key-of-a-secret",
    isCronExpression: () => true,
    knownMetrics: [],
  });
  expect(workspaces.length).toBeGreaterThanOrEqual(given.shards ?? 1);
});

test("the chart gives the exporter flags that it has", () => {
  const given = [...read("templates/_pod.tpl").matchAll(/^ +- (--[\w.-]+)=/gm)].map(([, flag = ""]) => flag);
  expect(given.toSorted()).toEqual(["--config.file", "--shard", "--storage.path", "--web.config.file"]);
  const known = FLAGS.map(({ name }) => name);
  expect(given.filter((flag) => !known.includes(flag))).toEqual([]);
});

test("the exporter accepts the web configurations of the cases", () => {
  const given = cases.flatMap(({ given: { web } }) => (web?.config ? [readWebFile(stringify(web.config))] : []));
  expect(given).toEqual([expect.objectContaining({ ok: true })]);
});
