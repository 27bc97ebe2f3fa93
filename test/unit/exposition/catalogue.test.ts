import { LABELER_FIELDS } from "../../../src/answers/names.ts";
import { describe, expect, test } from "vitest";
import { KNOWN_TEXT_FIELDS, ROW_FIELDS, TOTAL_FIELDS } from "../../../src/sources/insights/fields.ts";
import { LEGACY_ROW_FIELDS } from "../../../src/sources/legacy/fields.ts";
import { CATALOGUE, DATA_METRICS, DROP_ORDER } from "../../../src/exposition/catalogue.ts";
import { HEALTH_METRICS } from "../../../src/exposition/health.ts";
import { BACKLOG_METRICS, LEFT_OUT_METRIC } from "../../../src/sources/backlog/metrics.ts";
import { LEGACY_METRICS, LEGACY_ROW_METRICS, LEGACY_TICK_METRICS } from "../../../src/sources/legacy/metrics.ts";
import { ROW_METRICS, TOTAL_METRICS } from "../../../src/sources/insights/metrics.ts";

const metrics = CATALOGUE.map((metric) => ({ ...metric }));
const byName = new Map(metrics.map((metric) => [metric.name, metric]));

test("every metric of the catalogue has a name of its own", () => {
  expect(byName.size).toBe(metrics.length);
});

describe.each(metrics)("$name", ({ name, type, help, labels, unit, source, sums }) => {
  test("has a name as promlint wants it", () => {
    expect(name).toMatch(/^roboflow_[a-z]+(?:_[a-z]+)*$/);
    expect(name.endsWith("_total")).toBe(type === "counter");
    // Suffixes that belong to parts of histograms and summaries, and types and abbreviations in names.
    expect(name).not.toMatch(/_(?:count|sum|bucket)$/);
    expect(name).not.toMatch(/_(?:gauge|counter|histogram|summary|metric)(?:_|$)/);
    expect(name).not.toMatch(
      /_(?:sec|secs|ms|millis|milliseconds|mins?|minutes|hours|percent|pct|kb|mb|kilobytes)(?:_|$)/,
    );
  });

  test("has a unit in its name where it has a base unit", () => {
    expect(name.endsWith("_seconds")).toBe(unit.startsWith("seconds"));
    expect(name.endsWith("_ratio")).toBe(unit === "ratio");
    expect(name.endsWith("_info")).toBe(unit === "1");
  });

  test("has a HELP of one sentence that is the same in both formats", () => {
    expect(help).toMatch(/^[A-Z].*\.$/);
    expect(help).not.toMatch(/["\\\n\r]/);
    expect(help.length).toBeLessThan(200);
  });

  test("has valid labels, none of them reserved", () => {
    expect(new Set(labels).size).toBe(labels.length);
    for (const label of labels) expect(label).toMatch(/^(?!__)[a-z][a-z0-9]*(?:_[a-z]+)*$/);
    for (const reserved of ["le", "quantile", "job", "instance", "type"]) expect(labels).not.toContain(reserved);
  });

  test("says where it comes from and how it sums", () => {
    expect(source).not.toBe("");
    expect(sums).not.toBe("");
    if (name.endsWith("_ratio")) expect(sums).toBe("never");
  });
});

describe("metrics of API data", () => {
  const fromApi = DATA_METRICS.filter(({ source }) => !source.startsWith("configuration"));

  test.each(fromApi.map(({ name, help, source }) => ({ name, help, source })))(
    "$name says in its HELP which field it is, and that it is polled",
    ({ help, source }) => {
      const field = /^\w+(?:\[\])?/.exec(source)?.[0] ?? "nothing";
      expect(help).toContain(`(API: ${field}`);
      expect(help).toMatch(/, polled\)\.$/);
    },
  );

  test("are all gauges, of one window unless they are names, targets or states of now", () => {
    expect(DATA_METRICS.filter(({ type }) => type !== "gauge")).toEqual([]);
    const states = [...BACKLOG_METRICS.keys()].filter((name) => name !== "roboflow_project_images_uploaded");
    const timeless = DATA_METRICS.filter(({ labels }) => !labels.includes("window")).map(({ name }) => name);
    expect(timeless).toEqual([
      "roboflow_workspace_info",
      "roboflow_project_info",
      "roboflow_labeler_info",
      "roboflow_approval_target_ratio",
      "roboflow_legacy_last_updated_timestamp_seconds",
      "roboflow_cost_per_hour",
      "roboflow_backlog_projects_left_out",
      ...states,
    ]);
    expect(DATA_METRICS.filter(({ labels }) => labels[0] !== "workspace")).toEqual([]);
  });

  test("there is one for every number of data[]", () => {
    expect(ROW_METRICS.map(([field]) => field).toSorted()).toEqual(Object.keys(ROW_FIELDS).toSorted());
    expect(Object.fromEntries(ROW_METRICS.map(([field, { name }]) => [field, name]))).toEqual({
      imagesLabeled: "roboflow_images_labeled",
      uniqueImagesLabeled: "roboflow_images_labeled_unique",
      boxesDrawn: "roboflow_boxes_drawn",
      boxesAdded: "roboflow_boxes_added",
      boxesRemoved: "roboflow_boxes_removed",
      boxesUpdated: "roboflow_boxes_updated",
      netBoxesAdded: "roboflow_boxes_net_added",
      netBoxesUpdated: "roboflow_boxes_net_updated",
      markedNull: "roboflow_images_marked_null",
      modelAssisted: "roboflow_images_model_assisted",
      approved: "roboflow_images_approved",
      rejected: "roboflow_images_rejected",
      approvalRate: "roboflow_approval_ratio",
    });
  });

  test.each(["workspace", "project", "labeler"] as const)("there is one for every number of stats by %s", (grain) => {
    expect(TOTAL_METRICS[grain].map(([field]) => field).toSorted()).toEqual(Object.keys(TOTAL_FIELDS).toSorted());
    const names = Object.fromEntries(TOTAL_METRICS[grain].map(([field, { name }]) => [field, name]));
    const prefix = `roboflow_${grain}`;
    expect(names).toEqual({
      numImagesLabeled: `${prefix}_images_labeled`,
      numBoxesDrawn: `${prefix}_boxes_drawn`,
      numImagesMarkedNull: `${prefix}_images_marked_null`,
      totalImagesUsingModelAssist: `${prefix}_images_model_assisted`,
      numBoxesAdded: `${prefix}_boxes_added`,
      numBoxesRemoved: `${prefix}_boxes_removed`,
      numBoxesUpdated: `${prefix}_boxes_updated`,
      netBoxesAdded: `${prefix}_boxes_net_added`,
      netBoxesUpdated: `${prefix}_boxes_net_updated`,
      approvalRate: `${prefix}_approval_ratio`,
    });
  });

  test("there is one for every number of the legacy endpoint", () => {
    const byField = (pairs: readonly (readonly [string, { readonly name: string }])[]) =>
      Object.fromEntries(pairs.map(([field, { name }]) => [field, name]));
    expect(LEGACY_ROW_METRICS.map(([field]) => field).toSorted()).toEqual(Object.keys(LEGACY_ROW_FIELDS).toSorted());
    expect(byField(LEGACY_ROW_METRICS)).toEqual({
      total_time_spent_annotating_minutes: "roboflow_legacy_annotating_seconds",
      seconds_per_image: "roboflow_legacy_seconds_per_image",
      total_images_labeled: "roboflow_legacy_images_labeled",
      acceptance_rate: "roboflow_legacy_acceptance_ratio",
      total_boxes_created: "roboflow_legacy_boxes_created",
      num_images_marked_null: "roboflow_legacy_images_marked_null",
    });
    expect(byField(LEGACY_TICK_METRICS)).toEqual({
      total_time_spent_annotating_minutes: "roboflow_legacy_labeler_annotating_seconds",
      total_images_labeled: "roboflow_legacy_labeler_images_labeled",
      total_boxes_created: "roboflow_legacy_labeler_boxes_created",
    });
  });

  test("every text of the answer has its place: a label, an info metric or the log", () => {
    const places: Readonly<Record<string, { metric: string; label?: string }>> = {
      "data.projectId": { metric: "roboflow_images_labeled", label: "project" },
      "data.projectName": { metric: "roboflow_project_info", label: "project_name" },
      "data.projectType": { metric: "roboflow_project_info", label: "project_type" },
      "data.labelerId": { metric: "roboflow_images_labeled", label: "labeler" },
      "data.workspaceId": { metric: "roboflow_workspace_info", label: "workspace_id" },
      "labelers.id": { metric: "roboflow_labeler_info", label: "labeler" },
      "labelers.displayName": { metric: "roboflow_labeler_info", label: "labeler_name" },
      // Its label `email` is there only when asked for.
      "labelers.email": { metric: "roboflow_labeler_info" },
      "meta.notices": { metric: HEALTH_METRICS.notices.name },
    };
    const sections = Object.entries({ ...KNOWN_TEXT_FIELDS, labelers: LABELER_FIELDS }).filter(
      ([section]) => section !== "document",
    );
    const fields = sections.flatMap(([section, names]) => names.map((name) => `${section}.${name}`));
    expect(Object.keys(places).toSorted()).toEqual(fields.toSorted());
    for (const { metric, label } of Object.values(places)) {
      const definition = byName.get(metric);
      expect(definition).toBeDefined();
      if (label !== undefined) expect(definition?.labels).toContain(label);
    }
  });
});

describe("the order in which families are dropped", () => {
  test("has every metric of API data once", () => {
    expect(DROP_ORDER.toSorted()).toEqual(DATA_METRICS.map(({ name }) => name).toSorted());
    expect(new Set(DATA_METRICS.map(({ dropOrder }) => dropOrder)).size).toBe(DATA_METRICS.length);
  });

  test("begins with what is left, then the legacy endpoint, then the rows, and ends with info metrics", () => {
    const left = [LEFT_OUT_METRIC.name, ...BACKLOG_METRICS.keys()];
    expect(DROP_ORDER.slice(0, left.length)).toEqual(left.toReversed());
    expect(DROP_ORDER[0]).toBe("roboflow_project_annotations");
    const rest = DROP_ORDER.slice(left.length);
    const legacy = LEGACY_METRICS.map(({ name }) => name);
    expect(rest.slice(0, legacy.length).toSorted()).toEqual(legacy.toSorted());
    expect(rest[legacy.length]).toBe("roboflow_boxes_net_updated");
    expect(rest.slice(-2)).toEqual(["roboflow_approval_target_ratio", "roboflow_workspace_info"]);
    const rowNames = ROW_METRICS.map(([, { name }]) => name);
    expect(rest.slice(legacy.length, legacy.length + rowNames.length)).toEqual(rowNames.toReversed());
  });
});
