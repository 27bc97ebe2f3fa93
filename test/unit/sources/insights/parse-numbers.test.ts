import { describe, expect, test } from "vitest";
import { ROW_FIELDS, TOTAL_FIELDS } from "../../../../src/sources/insights/fields.ts";
import { NOTHING, parseListed, parseRow, rowOf } from "../../../support/rows.ts";

/** The value of a row's field as parsed, and what was noted about it. */
function read(field: string, value: unknown) {
  const { rows, anomalies } = parseRow({ [field]: value });
  return { values: rows[0]?.values, anomalies };
}

describe("a number (U5)", () => {
  test.each([
    { given: 5, value: 5 },
    { given: 0, value: 0 },
    { given: 1.5, value: 1.5 },
    { given: 1e21, value: 1e21 },
    { given: Number.MAX_VALUE, value: Number.MAX_VALUE },
    { given: "5", value: 5 },
    { given: " 12 ", value: 12 },
    { given: "12.50", value: 12.5 },
    { given: "12.", value: 12 },
    { given: ".5", value: 0.5 },
    { given: "+7", value: 7 },
    { given: "1e3", value: 1000 },
    { given: "1E+3", value: 1000 },
    { given: "007", value: 7 },
    { given: "0".repeat(399) + "7", value: 7 },
  ])("may be $given", ({ given, value }) => {
    expect(read("imagesLabeled", given)).toEqual({ values: { imagesLabeled: value }, anomalies: [] });
  });

  test.each([null, undefined])("may be %s, which gives neither a sample nor an anomaly", (given) => {
    expect(read("imagesLabeled", given)).toEqual({ values: {}, anomalies: [] });
  });

  test.each([
    "",
    " ",
    "-",
    ".",
    "five",
    "5 boxes",
    "1,000",
    "1_000",
    "0x10",
    "0b1",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "1.5.5",
    "12e",
    "1".repeat(401),
    "null",
    "٣",
    true,
    false,
    [],
    [5],
    {},
    { value: 5 },
    JSON.parse("1e999") as number,
    JSON.parse("-1e999") as number,
    NaN,
  ])("is not %j: left out and noted", (given) => {
    expect(read("imagesLabeled", given)).toEqual({
      values: {},
      anomalies: [{ field: "data.imagesLabeled", reason: "not_a_number", count: 1 }],
    });
  });

  test("that is bad leaves the row's others alone", () => {
    expect(parseRow({ imagesLabeled: "many", boxesDrawn: "3", markedNull: null, approved: 2 }).rows).toEqual([
      { project: "p", labeler: "l", values: { boxesDrawn: 3, approved: 2 } },
    ]);
  });

  test("of the totals is read by the same rules", () => {
    expect(
      parseListed({ stats: { numImagesLabeled: "0", numBoxesDrawn: "", numBoxesAdded: -1, approvalRate: 101 } }),
    ).toEqual({
      ...NOTHING,
      totals: { numImagesLabeled: 0 },
      anomalies: [
        { field: "stats.numBoxesDrawn", reason: "not_a_number", count: 1 },
        { field: "stats.numBoxesAdded", reason: "negative", count: 1 },
        { field: "stats.approvalRate", reason: "out_of_range", count: 1 },
      ],
    });
  });
});

describe("the kinds of numbers", () => {
  const kinds = [
    ...Object.entries(ROW_FIELDS).map(([field, kind]) => ({ section: "data", field, kind })),
    ...Object.entries(TOTAL_FIELDS).map(([field, kind]) => ({ section: "stats", field, kind })),
  ];

  function readIn(section: string, field: string, value: unknown) {
    const { rows, totals, anomalies } =
      section === "data"
        ? parseRow({ [field]: value })
        : parseListed({ data: [rowOf({ imagesLabeled: 1 })], stats: { [field]: value } });
    return { values: section === "data" ? rows[0]?.values : totals, anomalies };
  }

  test.each(kinds.filter(({ kind }) => kind === "count"))("$section.$field is never negative", ({ section, field }) => {
    expect(readIn(section, field, -1)).toEqual({
      values: {},
      anomalies: [{ field: `${section}.${field}`, reason: "negative", count: 1 }],
    });
    expect(readIn(section, field, "-0.5").anomalies).toEqual([
      { field: `${section}.${field}`, reason: "negative", count: 1 },
    ]);
  });

  test.each(kinds.filter(({ kind }) => kind === "net"))("$section.$field may be negative", ({ section, field }) => {
    expect(readIn(section, field, -41)).toEqual({ values: { [field]: -41 }, anomalies: [] });
    expect(readIn(section, field, "-41")).toEqual({ values: { [field]: -41 }, anomalies: [] });
  });

  test.each(kinds.filter(({ kind }) => kind === "percent"))(
    "$section.$field is from 0 to 100",
    ({ section, field }) => {
      for (const value of [0, 33.3, 100]) expect(readIn(section, field, value).values).toEqual({ [field]: value });
      for (const value of [100.00000000000001, "100.00000001"])
        expect(readIn(section, field, value)).toEqual({ values: { [field]: 100 }, anomalies: [] });
      expect(readIn(section, field, -1e-12)).toEqual({ values: { [field]: 0 }, anomalies: [] });
      for (const value of [-0.1, -0.001, 100.001, 100.1, 1e6, "120"]) {
        expect(readIn(section, field, value)).toEqual({
          values: {},
          anomalies: [{ field: `${section}.${field}`, reason: "out_of_range", count: 1 }],
        });
      }
    },
  );
});

describe("review (U3, U4)", () => {
  test.each([0, 100, "0"])(
    "an approval rate of %j without reviews is kept as sent; the metric decides",
    (approvalRate) => {
      expect(parseRow({ approved: 0, rejected: 0, approvalRate }).rows[0]?.values).toEqual({
        approved: 0,
        rejected: 0,
        approvalRate: Number(approvalRate),
      });
    },
  );

  test.each([null, undefined])("an approval rate of %s is absent", (approvalRate) => {
    expect(parseRow({ approved: 0, rejected: 0, approvalRate }).rows[0]?.values).toEqual({ approved: 0, rejected: 0 });
  });

  test("more rejections than images are possible, since they are events", () => {
    expect(read("rejected", 500).values).toEqual({ rejected: 500 });
  });
});

describe("sums (U21, documented inconsistencies)", () => {
  test("no sum is asserted: totals and rows may disagree", () => {
    const { rows, totals, anomalies } = parseListed({
      data: [{ projectId: "p", labelerId: "l", imagesLabeled: 10, markedNull: 20, boxesAdded: 5, boxesDrawn: 9 }],
      stats: { numImagesLabeled: 3, numBoxesAdded: 5, netBoxesAdded: 77 },
    });
    expect({ rows, totals, anomalies }).toEqual({
      rows: [
        { project: "p", labeler: "l", values: { imagesLabeled: 10, markedNull: 20, boxesAdded: 5, boxesDrawn: 9 } },
      ],
      totals: { numImagesLabeled: 3, numBoxesAdded: 5, netBoxesAdded: 77 },
      anomalies: [],
    });
  });
});
