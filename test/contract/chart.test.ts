import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import packageJson from "../../package.json" with { type: "json" };

const CHART = "deploy/helm/roboflow-exporter";
const yamlOf = (file: string): unknown => parse(readFileSync(`${CHART}/${file}`, "utf8"));

test("the chart, its image and its manifests have the program's version", () => {
  expect(yamlOf("Chart.yaml")).toMatchObject({ version: packageJson.version, appVersion: packageJson.version });
  const manifests = readFileSync("deploy/kubernetes/roboflow-exporter.yaml", "utf8");
  expect(manifests).toContain(`image: "roboflow-exporter:${packageJson.version}"`);
});

test("the chart holds the committed rules and dashboards", () => {
  expect(readdirSync(`${CHART}/files/rules`)).toEqual(readdirSync("prometheus/rules"));
  expect(readdirSync(`${CHART}/files/dashboards`)).toEqual(readdirSync("grafana/dashboards"));
});

/** Every path of a mapping that has a mapping below, and the names in it. */
function outline(schema: { readonly properties?: object; readonly additionalProperties?: unknown }, values: unknown) {
  if (schema.additionalProperties !== false) return [];
  const names = Object.entries(schema.properties ?? {});
  const below: string[] = names.flatMap(([name, inner]: [string, object]) =>
    outline(inner, (values as Record<string, unknown>)[name]).map((path) => `${name}.${path}`),
  );
  return [...names.map(([name]) => name), ...below];
}

const pathsOf = (value: unknown, known: readonly string[], at = ""): string[] =>
  Object.entries(value ?? {}).flatMap(([name, inner]: [string, unknown]) => [
    `${at}${name}`,
    ...(known.some((path) => path.startsWith(`${at}${name}.`)) ? pathsOf(inner, known, `${at}${name}.`) : []),
  ]);

test("the schema of the chart's values has the keys of values.yaml, and of others only those that Kubernetes and Helm have without a default", () => {
  const values = yamlOf("values.yaml");
  const known = outline(JSON.parse(readFileSync(`${CHART}/values.schema.json`, "utf8")) as object, values);
  const shown = new Set(pathsOf(values, known));
  expect(known.filter((path) => !shown.has(path))).toEqual(["global", "resources.claims"]);
  expect([...shown].filter((path) => !known.includes(path))).toEqual([]);
});
