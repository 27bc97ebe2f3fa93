import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv, type AnySchema } from "ajv";
import { createGenerator } from "ts-json-schema-generator";
import { beforeAll, describe, expect, test } from "vitest";
import { renderDashboards } from "../../src/dashboards/main.ts";

const FOLDER = new URL("../../grafana/dashboards/", import.meta.url);
const TSCONFIG = fileURLToPath(new URL("../../tsconfig.test.json", import.meta.url));
const rendered = renderDashboards();

describe("the dashboards' files", () => {
  test.each([...rendered])("%s is what the source renders", async (file, json) => {
    await expect(json).toMatchFileSnapshot(fileURLToPath(new URL(file, FOLDER)));
  });

  test("there is no file that the source does not render", () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));

    expect(files.toSorted()).toEqual([...rendered.keys()].toSorted());
  });
});

describe("Grafana's own schema", () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  let validate: ReturnType<typeof ajv.compile>;

  beforeAll(() => {
    const path = fileURLToPath(new URL("../support/grafana-schema.ts", import.meta.url));
    const schema = createGenerator({
      path,
      tsconfig: TSCONFIG,
      type: "GrafanaDashboard",
      skipTypeCheck: true,
    }).createSchema();
    validate = ajv.compile(schema as AnySchema);
  }, 30_000);

  test.each([...rendered])("accepts %s", (_, json) => {
    const dashboard: unknown = JSON.parse(json);

    expect({ valid: validate(dashboard), errors: validate.errors }).toEqual({ valid: true, errors: null });
  });

  test("refuses a misspelt key", () => {
    const dashboard = JSON.parse(rendered.get("roboflow-overview.json") ?? "{}") as Record<string, unknown>;

    expect(validate({ ...dashboard, panles: [] })).toBe(false);
  });
});
