import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { insights } from "../../../src/sources/insights/insights.ts";
import { SOURCES } from "../../../src/sources/sources.ts";
import type { Stats } from "../../../src/sources/insights/fields.ts";
import { MAX_FIELDS, createFieldLimiter } from "../../../src/answers/anomalies.ts";
import { rowsOf } from "../../../src/sources/insights/fields.ts";
import { renderedLines } from "../../support/rendered.ts";
import { selfText } from "../../support/self-text.ts";
import { ROW_METRICS } from "../../../src/sources/insights/metrics.ts";
import { createSelfMetrics } from "../../../src/self/recorder.ts";
import {
  type ParsedFamily,
  parseExposition,
  samplesOf,
  seriesOf as seriesText,
  valueOf,
} from "../../support/exposition.ts";

function create() {
  const metrics = createSelfMetrics({ version: "1.2.3", revision: "abc", nodeVersion: "v20" });
  return { metrics, families: async () => parseExposition(await selfText(metrics, "text")) };
}

function statsWith(anomalies: Stats["anomalies"], rejected: Stats["rejected"] = new Map()): Stats {
  const empty = { rows: rowsOf([]), projects: new Map(), labelers: new Map(), totals: {}, notices: [] };
  return { ...empty, workspaceId: undefined, anomalies, rejected };
}

test("simulated data has a mark in both formats, and real data has none", async () => {
  const build = { version: "1.2.3", revision: "abc", nodeVersion: "v20" };
  for (const format of ["text", "openmetrics"] as const) {
    const [demo, real] = [{ ...build, isDemo: true }, build].map((deps) => createSelfMetrics(deps).render(format));
    expect(await demo).toMatch(/^roboflow_exporter_demo 1$/m);
    expect(await real).not.toContain("roboflow_exporter_demo");
  }
});

describe("what is counted", () => {
  test.each([
    { status: 200, code: "200" },
    { status: 423, code: "423" },
    { status: 418, code: "other" },
    { status: undefined, code: "none" },
  ])("a request answered $status has the code $code", async ({ status, code }) => {
    const { metrics, families } = create();
    metrics.forWorkspace("acme", [insights]).requested("stats", status, 0.3);
    const counted = samplesOf(await families(), "roboflow_api_requests_total").filter(({ value }) => value > 0);
    expect(counted.map(({ labels }) => labels)).toEqual([{ workspace: "acme", endpoint: "stats", code }]);
    const durations = (await families()).get("roboflow_api_request_duration_seconds")?.samples ?? [];
    expect(durations.find(({ name, labels }) => name.endsWith("_sum") && labels["endpoint"] === "stats")?.value).toBe(
      0.3,
    );
  });

  test("requests by the endpoints that may be called: those of other sources only if they are polled", async () => {
    const { metrics, families } = create();
    metrics.forWorkspace("plain", [insights]).requested("stats", 200, 0.3);
    metrics.forWorkspace("asking", SOURCES);
    const published = await families();
    const endpoints = (workspace: string) =>
      new Set(
        samplesOf(published, "roboflow_api_requests_total", { workspace }).map(({ labels }) => labels["endpoint"]),
      );
    expect(endpoints("plain")).toEqual(new Set(["stats", "root", "workspace"]));
    expect(endpoints("asking")).toEqual(new Set(["stats", "root", "workspace", "legacy", "jobs", "batches"]));
    const durations = published.get("roboflow_api_request_duration_seconds")?.samples ?? [];
    const counts = durations.filter(({ name }) => name.endsWith("_count"));
    expect(counts.map(({ labels, value }) => [labels["endpoint"], value])).toEqual([
      ["root", 0],
      ["stats", 1],
      ["workspace", 0],
      ["legacy", 0],
      ["jobs", 0],
      ["batches", 0],
    ]);
  });

  test("anomalies by field and reason, dropped rows by reason", async () => {
    const { metrics, families } = create();
    const field = { field: "data.boxesDrawn", reason: "not_a_number" } as const;
    metrics
      .forWorkspace("acme", [insights])
      .forSource("insights")
      .answered(statsWith([{ ...field, count: 2 }], new Map([["missing_labeler", 3]])));
    expect(valueOf(await families(), "roboflow_exporter_schema_anomalies_total", field)).toBe(2);
    expect(valueOf(await families(), "roboflow_exporter_rows_rejected_total", { reason: "missing_labeler" })).toBe(3);
    expect(valueOf(await families(), "roboflow_exporter_rows_rejected_total", { reason: "id_too_long" })).toBe(0);
  });

  test("foreign field names make no more than fifty series, and no long ones", async () => {
    const { metrics, families } = create();
    const anomalies = Array.from({ length: 80 }, (_, index) => ({
      field: `data.f${index}`,
      reason: "unknown_field" as const,
      count: 1,
    }));
    metrics.forWorkspace("acme", [insights]).forSource("insights").answered(statsWith(anomalies));
    const samples = samplesOf(await families(), "roboflow_exporter_schema_anomalies_total");
    expect(samples).toHaveLength(MAX_FIELDS + 1);
    expect(samples.find(({ labels }) => labels["field"] === "other")?.value).toBe(30);
    expect(createFieldLimiter()("x".repeat(1000))).toHaveLength(64);
  });

  test("every recording moves the revision, so that no stale text is served", async () => {
    const { metrics } = create();
    const recorder = metrics.forWorkspace("acme", SOURCES);
    const source = recorder.forSource("insights");
    const acts: (() => unknown)[] = [
      () => {
        source.pollEnded(1, undefined);
      },
      () => {
        source.pollSkipped();
      },
      () => {
        source.answered(statsWith([]));
      },
      () => {
        source.filterIgnored("project");
      },
      () => {
        recorder.requested("stats", 200, 1);
      },
      () => {
        recorder.retried("stats");
      },
      () => {
        source.storageFailed();
      },
      () => recorder.forget(),
      () => metrics.forWorkspace("other", SOURCES),
    ];
    for (const act of acts) {
      const before = metrics.revision();
      await act();
      expect(metrics.revision()).toBeGreaterThan(before);
    }
  });

  test("a forgotten workspace leaves no series, and others keep theirs", async () => {
    const { metrics, families } = create();
    const [one, other] = [metrics.forWorkspace("one", SOURCES), metrics.forWorkspace("other", SOURCES)];
    for (const recorder of [one, other]) {
      recorder.requested("stats", 200, 1);
      const source = recorder.forSource("legacy");
      source.pollEnded(1, "http");
      source.filterIgnored("project");
    }
    const seriesOf = async (workspace: string) =>
      [...(await families()).values()].flatMap(({ samples }) =>
        samples.filter(({ labels }) => labels["workspace"] === workspace),
      );
    const before = await seriesOf("other");
    await one.forget();
    expect(await seriesOf("one")).toEqual([]);
    expect(await seriesOf("other")).toEqual(before);
  });
});

describe("a workspace whose configuration changes", () => {
  const seriesOf = (families: Map<string, ParsedFamily>) =>
    [...families.values()].flatMap(({ samples }) =>
      samples
        .filter(({ labels }) => labels["workspace"] === "acme")
        .map((sample) => [seriesText(sample), sample.value]),
    );

  test("goes on with its series, down to the fields that are known", async () => {
    const { metrics, families } = create();
    const fields = (from: number) =>
      statsWith(
        Array.from({ length: MAX_FIELDS }, (_, index) => ({
          ...{ field: `data.f${from + index}`, reason: "unknown_field" as const, count: 1 },
        })),
      );
    const record = (from: number) => {
      const recorder = metrics.forWorkspace("acme", [insights]);
      recorder.requested("stats", 200, 1);
      recorder.forSource("insights").pollEnded(1, undefined);
      recorder.forSource("insights").answered(fields(from));
    };
    record(0);
    const before = seriesOf(await families());
    metrics.forWorkspace("acme", [insights]);
    expect(seriesOf(await families())).toEqual(before);
    record(MAX_FIELDS);
    expect(valueOf(await families(), "roboflow_exporter_polls_total", { workspace: "acme" })).toBe(2);
    const anomalies = samplesOf(await families(), "roboflow_exporter_schema_anomalies_total");
    expect(anomalies).toHaveLength(MAX_FIELDS + 1);
  });

  test("loses the series of a source that is not polled any more, and has them at 0 when it is again", async () => {
    const { metrics, families } = create();
    metrics.forWorkspace("acme", [insights]);
    const alone = seriesOf(await families());
    const both = metrics.forWorkspace("acme", SOURCES);
    both.forSource("legacy").pollEnded(1, "http");
    both.requested("legacy", 200, 1);
    metrics.forWorkspace("acme", [insights]);
    await nextTurn();
    expect(seriesOf(await families())).toEqual(alone);
    metrics.forWorkspace("acme", SOURCES);
    expect(valueOf(await families(), "roboflow_exporter_polls_total", { source: "legacy" })).toBe(0);
  });

  test("counts nothing more of polls that were stopped", async () => {
    const { metrics, families } = create();
    const stopped = metrics.forWorkspace("acme", [insights]);
    const source = stopped.forSource("insights");
    stopped.retire();
    await stopped.forget();
    stopped.requested("stats", undefined, 1);
    source.pollEnded(1, "network");
    expect(seriesOf(await families())).toEqual([]);
    metrics.forWorkspace("acme", [insights]).forSource("insights").pollEnded(1, undefined);
    expect(valueOf(await families(), "roboflow_exporter_polls_total")).toBe(1);
  });
});

test("the configuration in use is the one that was loaded last, and a refusal changes neither it nor its time", async () => {
  const { metrics, families } = create();
  const [success, time] = ["successful", "success_timestamp_seconds"].map(
    (what) => `roboflow_exporter_config_last_reload_${what}`,
  );
  const shown = async () => {
    const now = await families();
    const info = samplesOf(now, "roboflow_exporter_config_info").map(({ labels }) => labels["sha256"]);
    return [valueOf(now, success ?? ""), valueOf(now, time ?? ""), ...info];
  };
  metrics.configLoaded("aa", 1_000);
  expect(await shown()).toEqual([1, 1, "aa"]);
  const before = metrics.revision();
  metrics.configRefused();
  expect(metrics.revision()).toBeGreaterThan(before);
  expect(await shown()).toEqual([0, 1, "aa"]);
  metrics.configLoaded("bb", 5_000);
  expect(await shown()).toEqual([1, 5, "bb"]);
});

test("a family of more samples than one batch is rendered whole and in order", async () => {
  const definition = ROW_METRICS[0]?.[1];
  if (!definition) throw new Error("no metric");
  const labels = (index: number) => ({ workspace: "w", project: "p", labeler: `l${index}`, window: "7d" });
  const samples = Array.from({ length: 7_001 }, (_, index) => ({ labels: labels(index), value: index }));
  const lines = (await renderedLines(definition, samples)).toString().trimEnd().split("\n");
  expect(lines).toHaveLength(7_001);
  expect(lines.map((line) => Number(line.split(" ")[1]))).toEqual(samples.map(({ value }) => value));
});

test("log lines that are lost are counted from 0 on, and make a new revision", async () => {
  let lost = 0;
  const build = { version: "1.2.3", revision: "abc", nodeVersion: "v20" };
  const metrics = createSelfMetrics({ ...build, lostLogLines: () => lost });
  const counted = async () => [
    valueOf(parseExposition(await metrics.render("text")), "roboflow_exporter_log_errors_total", {}),
    /^roboflow_exporter_log_errors_total \d+$/m.exec(await metrics.render("openmetrics"))?.[0],
  ];
  expect(await counted()).toEqual([0, "roboflow_exporter_log_errors_total 0"]);
  const before = metrics.revision();
  lost = 3;
  expect(metrics.revision()).toBeGreaterThan(before);
  expect(await counted()).toEqual([3, "roboflow_exporter_log_errors_total 3"]);
  expect(await counted()).toEqual([3, "roboflow_exporter_log_errors_total 3"]);
});
