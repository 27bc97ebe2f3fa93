import { describe, expect, test } from "vitest";
import { parseLegacy } from "../../support/parse-legacy.ts";
import { parseListed, rowOf } from "../../support/rows.ts";

const repeated = (count = 1) => ({ field: "data", reason: "repeated_row", count });
const duplicate = (count = 1) => ({ field: "data", reason: "duplicate_row", count });

describe("a row that is sent twice", () => {
  const row = rowOf({ projectName: "Roofs", imagesLabeled: 260, approved: 9, rejected: 1, approvalRate: 90 });
  const values = { imagesLabeled: 260, approved: 9, rejected: 1, approvalRate: 90 };

  test("counts once, with its rate, and is noted", () => {
    const { rows, anomalies } = parseListed({ data: [row, { ...row }, row], stats: { numImagesLabeled: 260 } });
    expect(rows).toEqual([{ project: "p", labeler: "l", values }]);
    expect(anomalies).toEqual([repeated(2)]);
  });

  test.each([
    { what: "null for absent", again: { ...row, boxesAdded: null, projectType: null } },
    { what: "its numbers as text", again: { ...row, imagesLabeled: "260", approvalRate: " 90.0 " } },
    { what: "its fields in another order", again: Object.fromEntries(Object.entries(row).reverse()) },
    { what: "white space around its name", again: { ...row, projectName: " Roofs\n" } },
  ])("is the same with $what", ({ again }) => {
    for (const data of [
      [row, again],
      [again, row],
    ]) {
      const { rows, anomalies } = parseListed({ data });
      expect(rows).toEqual([{ project: "p", labeler: "l", values }]);
      expect(anomalies).toEqual([repeated()]);
    }
  });

  test.each([
    { what: "a number", other: { ...row, rejected: 2 } },
    { what: "a field that we do not know", other: { ...row, day: "2026-11-02" } },
    { what: "a field within one that we do not know", other: { ...row, job: { id: 2 } } },
    { what: "a name", other: { ...row, projectName: "Fields" } },
  ])("is another when $what differs, and is added", ({ other }) => {
    const [first] = [{ ...row, day: "2026-11-01", job: { id: 1 } }];
    const { rows } = parseListed({ data: [first, { ...first, ...other }] });
    expect(rows[0]?.values.imagesLabeled).toBe(520);
  });

  test.each([
    { what: "in front", order: [1, 1, 2] },
    { what: "around", order: [1, 2, 1] },
    { what: "behind", order: [2, 1, 1] },
  ])("counts once next to one that differs: $what", ({ order }) => {
    const { rows, anomalies } = parseListed({
      data: order.map((imagesLabeled) => rowOf({ imagesLabeled, approvalRate: 50 })),
    });
    expect(rows).toEqual([{ project: "p", labeler: "l", values: { imagesLabeled: 3 } }]);
    expect(anomalies).toHaveLength(2);
    expect(anomalies).toEqual(expect.arrayContaining([repeated(), duplicate()]));
  });
});

describe("in the legacy answer", () => {
  const RANGE = { startMs: 0, endMs: 1_000 };
  const legacy = (data: object) => parseLegacy({ data }, RANGE);
  const tick = { start_ms: 0, end_ms: 9, values: { l: { total_images_labeled: 5, total_boxes_created: null } } };

  test("a row that is sent twice counts once, with its pace", () => {
    const row = { projectId: "p", total_images_labeled: 5, seconds_per_image: 31 };
    const { rows, anomalies } = legacy({ data: [row, { ...row, labelerId: null }], ticks: [tick] });
    expect(rows).toEqual(new Map([["p", { total_images_labeled: 5, seconds_per_image: 31 }]]));
    expect(anomalies).toEqual([{ field: "legacy.data", reason: "repeated_row", count: 1 }]);
  });

  test("equal rows of two labelers add up, and one of them sent twice does not", () => {
    const [a, b] = ["a", "b"].map((labelerId) => ({ projectId: "p", labelerId, total_images_labeled: 5 }));
    const { rows, anomalies } = legacy({ data: [a, b, a], ticks: [tick] });
    expect(rows).toEqual(new Map([["p", { total_images_labeled: 10 }]]));
    expect(anomalies).toEqual([{ field: "legacy.data", reason: "repeated_row", count: 1 }]);
  });

  test("a tick that is sent twice counts once", () => {
    const again = { ...tick, values: { l: { total_images_labeled: "5" } } };
    const next = { ...tick, start_ms: 10, end_ms: 19 };
    const { ticks, anomalies } = legacy({
      data: [{ projectId: "p" }].map((row) => ({ ...row, total_images_labeled: 5 })),
      ticks: [next, tick, again],
    });
    expect(ticks?.get("l")).toEqual({ total_images_labeled: 10 });
    expect(anomalies).toEqual([{ field: "legacy.ticks", reason: "repeated_row", count: 1 }]);
  });

  test("two different ticks of one range have no sum", () => {
    const other = { ...tick, values: { l: { total_images_labeled: 6 } } };
    const { ticks, anomalies } = legacy({ data: [{ projectId: "p", total_images_labeled: 5 }], ticks: [tick, other] });
    expect(ticks).toBeUndefined();
    expect(anomalies).toEqual([{ field: "legacy.ticks", reason: "duplicate_row", count: 1 }]);
  });
});
