import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

describe("the provisioning files", () => {
  const read = (path: string): unknown => parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));

  test("the data source knows the scrape interval of the example configuration", () => {
    const prometheus = read("prometheus/prometheus.yml") as { global: { scrape_interval: string } };

    expect(read("grafana/provisioning/datasources/prometheus.yml")).toMatchObject({
      apiVersion: 1,
      datasources: [{ type: "prometheus", jsonData: { timeInterval: prometheus.global.scrape_interval } }],
    });
  });

  test("the dashboards are read from files and cannot be changed or deleted in the browser", () => {
    expect(read("grafana/provisioning/dashboards/roboflow.yml")).toMatchObject({
      apiVersion: 1,
      providers: [{ folder: "Roboflow", type: "file", disableDeletion: true, allowUiUpdates: false }],
    });
  });
});
