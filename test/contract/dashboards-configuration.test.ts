import { describe, expect, test } from "vitest";
import { areInstalled } from "../support/installed.ts";
import { PANEL_QUERIES, substituteVariables } from "../support/panel-queries.ts";
import { promtoolSays } from "../support/promtool-query.ts";

/** Two shards of one file, of which one could not load its newest content, and an exporter without shards. */
const INSTANCES = [
  { instance: "a:1", shard: "0", sha256: "new", loaded: 20, isReloaded: 1, isWebConfigUsed: 1 },
  { instance: "b:1", shard: "1", sha256: "old", loaded: 10, isReloaded: 0, isWebConfigUsed: 1 },
  { instance: "c:1", shard: undefined, sha256: "new", loaded: 30, isReloaded: 1, isWebConfigUsed: 0 },
];

const SERIES = INSTANCES.flatMap(({ instance, shard, sha256, loaded, isReloaded, isWebConfigUsed }) => {
  const one = (name: string, value: number, labels = "") => ({
    series: `roboflow_exporter_${name}{job="roboflow",instance="${instance}"${labels}}`,
    values: `${value}x10`,
  });
  return [
    one("config_info", 1, `,sha256="${sha256}"`),
    one("config_last_reload_success_timestamp_seconds", loaded),
    one("config_last_reload_successful", isReloaded),
    one("web_config_last_reload_successful", isWebConfigUsed),
    ...(shard === undefined ? [] : [one("shard_info", 1, `,shard="${shard}",shards="2"`)]),
  ];
});

function queryOf(panel: string, refId: string): string {
  const query = PANEL_QUERIES.find((one) => one.panel === panel && one.refId === refId);
  return substituteVariables(query?.expr ?? "", { job: "roboflow", instance: ".*" });
}

function rows(valueOf: (instance: (typeof INSTANCES)[number]) => number) {
  return INSTANCES.map((one) => ({
    labels: `{instance="${one.instance}",${one.shard === undefined ? "" : `shard="${one.shard}",`}sha256="${one.sha256}"}`,
    value: valueOf(one),
  }));
}

describe.skipIf(!areInstalled("promtool"))("the configuration of each instance", () => {
  test.each([
    { heading: "when it was loaded, in ms", refId: "A", samples: rows(({ loaded }) => loaded * 1000) },
    { heading: "whether the last reload succeeded", refId: "B", samples: rows(({ isReloaded }) => isReloaded) },
    { heading: "whether the web file is in use", refId: "C", samples: rows(({ isWebConfigUsed }) => isWebConfigUsed) },
  ])("$heading, with the shard where there are shards", ({ refId, samples }) => {
    expect(promtoolSays(SERIES, queryOf("Configuration of each instance", refId), samples)).toContain("SUCCESS");
  });

  test("and how many different ones there are", () => {
    expect(promtoolSays(SERIES, queryOf("Configurations", "A"), [{ labels: "{}", value: 2 }])).toContain("SUCCESS");
  });
});
