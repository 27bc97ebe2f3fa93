import { describe, expect, test } from "vitest";
import { parseLegacy } from "../../../support/parse-legacy.ts";
import { readFileSync } from "node:fs";

const RANGE = { startMs: 1_656_000_000_000, endMs: 1_661_000_000_000 };
const sample: unknown = JSON.parse(
  readFileSync(new URL("../../../fixtures/api/legacy-sample.json", import.meta.url), "utf8"),
);
const parse = (data: object) => parseLegacy({ data }, RANGE);

test("the published sample is read whole", () => {
  const read = parseLegacy(sample, RANGE);
  expect(read).toEqual({
    lastUpdatedMs: Date.parse("2023-01-01T20:07:21.057Z"),
    rows: new Map([
      [
        "project123",
        {
          total_time_spent_annotating_minutes: 24.09,
          total_images_labeled: 10,
          total_boxes_created: 0,
          seconds_per_image: 31,
          num_images_marked_null: 0,
          acceptance_rate: 0,
        },
      ],
    ]),
    ticks: new Map([
      [
        "labelerId123",
        { total_time_spent_annotating_minutes: 133.38, total_images_labeled: 983, total_boxes_created: 1432 },
      ],
    ]),
    projects: new Map([["project123", { name: "My CV Project", type: undefined }]]),
    labelers: new Map([["labelerId123", { name: "Lenny Raccoon", email: "[email protected]" }]]),
    anomalies: [],
    rejected: new Map(),
  });
});

test("missing and null arrays are empty, and without ticks there is no sum", () => {
  expect(parse({ data: null })).toMatchObject({
    rows: new Map(),
    ticks: undefined,
    labelers: new Map(),
    anomalies: [],
  });
});

test("rows per labeler are added up by project; pace and rate are dropped", () => {
  const { rows, anomalies } = parse({
    data: [
      { projectId: "p", labelerId: "a", total_images_labeled: 3, seconds_per_image: 5, acceptance_rate: 50 },
      { projectId: "p", labelerId: "b", total_images_labeled: "4", seconds_per_image: 7, acceptance_rate: 90 },
    ],
  });
  expect(rows).toEqual(new Map([["p", { total_images_labeled: 7 }]]));
  // The ticks were asked for, and without them the labelers have no numbers.
  expect(anomalies).toEqual([{ field: "legacy.ticks", reason: "missing", count: 1 }]);
});

test("two rows of a project that name no labeler are noted", () => {
  expect(parse({ data: [{ projectId: "p" }, { projectId: "p", projectName: "Roofs" }] }).anomalies).toEqual([
    { field: "legacy.data", reason: "duplicate_row", count: 1 },
  ]);
});

test.each([
  { row: 7, reason: "not_an_object" },
  { row: { projectName: "x" }, reason: "missing_project" },
  { row: { projectId: "p".repeat(129) }, reason: "id_too_long" },
  { row: { projectId: "p\u200b" }, reason: "bad_id" },
])("the row $row is dropped: $reason", ({ row, reason }) => {
  expect(parse({ data: [row, { projectId: "p" }] })).toMatchObject({
    rows: new Map([["p", {}]]),
    rejected: new Map([[reason, 1]]),
  });
});

test.each([
  { raw: 1_672_603_641_057, ms: 1_672_603_641_057, anomalies: [] },
  { raw: null, ms: undefined, anomalies: [] },
  { raw: "soon", ms: undefined, anomalies: [{ field: "legacy.last_updated", reason: "not_a_number", count: 1 }] },
  {
    raw: `2023-01-01${" ".repeat(100)}`,
    ms: undefined,
    anomalies: [{ field: "legacy.last_updated", reason: "not_a_number", count: 1 }],
  },
  { raw: {}, ms: undefined, anomalies: [{ field: "legacy.last_updated", reason: "not_a_number", count: 1 }] },
])("last_updated $raw is read as $ms", ({ raw, ms, anomalies }) => {
  expect(parse({ last_updated: raw })).toMatchObject({ lastUpdatedMs: ms, anomalies });
});

test("unknown fields are noted by where they stand", () => {
  const { anomalies } = parse({ data: [{ projectId: "p", uniqueImages: 1 }], next: 2 });
  expect(anomalies.map(({ field }) => field)).toEqual(["legacy.next", "legacy.data.uniqueImages"]);
});

test.each([{ json: [] }, { json: {} }, { json: { data: [] } }, { json: { data: { data: 7 } } }])(
  "$json is not a legacy answer",
  ({ json }) => {
    expect(() => parseLegacy(json, RANGE)).toThrow("the legacy answer does not have the documented form");
  },
);

describe("ticks", () => {
  const tick = (start_ms: unknown, end_ms: unknown, images: unknown, labeler = "a") => ({
    start_ms,
    end_ms,
    values: { [labeler]: { total_images_labeled: images } },
  });
  const from = RANGE.startMs;
  const row = { projectId: "p", total_images_labeled: 5 };

  test("side by side they are added up by labeler, in any order", () => {
    const ticks = [tick(from + 100, from + 199, 2), tick(from, from + 99, "3"), tick(from, from + 99, 5, "b")];
    // The third overlaps with the second: a tick holds all labelers.
    expect(parse({ data: [row], ticks: ticks.slice(0, 2) }).ticks).toEqual(
      new Map([["a", { total_images_labeled: 5 }]]),
    );
    expect(parse({ data: [row], ticks })).toMatchObject({
      ticks: undefined,
      anomalies: [{ field: "legacy.ticks", reason: "duplicate_row", count: 1 }],
    });
  });

  test("a number that is unknown in one tick is unknown in the sum", () => {
    const { ticks } = parse({ ticks: [tick(from, from + 9, 2), tick(from + 10, from + 19, null)] });
    expect(ticks).toEqual(new Map([["a", {}]]));
  });

  test.each([
    { what: "begins too early", ticks: [tick(from - 1_001, from, 1)], reason: "out_of_range" },
    { what: "ends too late", ticks: [tick(from, RANGE.endMs + 1_001, 1)], reason: "out_of_range" },
    { what: "has no borders", ticks: [{ values: {} }], reason: "not_an_object" },
    { what: "ends before it begins", ticks: [tick(from + 9, from, 1)], reason: "not_an_object" },
  ])("one that $what leaves no sum", ({ ticks, reason }) => {
    expect(parse({ ticks })).toMatchObject({
      ticks: undefined,
      anomalies: [{ field: "legacy.ticks", reason, count: 1 }],
    });
  });

  test("an entry that is not a labeler is left out and noted", () => {
    const { ticks, anomalies } = parse({ ticks: [{ start_ms: from, end_ms: from, values: { a: 7 } }] });
    expect(ticks).toEqual(new Map());
    expect(anomalies).toEqual([{ field: "legacy.ticks.values", reason: "not_an_object", count: 1 }]);
  });
});
