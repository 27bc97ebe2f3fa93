import { describe, expect, test } from "vitest";
import { TOTAL_FIELDS } from "../../../src/sources/insights/fields.ts";
import { parseLegacy } from "../../support/parse-legacy.ts";
import { ApiError } from "../../../src/errors.ts";
import { parseListed, rowOf } from "../../support/rows.ts";

const RANGE = { startMs: 0, endMs: 1_000 };
const legacy = (data: object) => parseLegacy({ data }, RANGE);

function refusal(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return error;
  }
}

function contradiction(what: string): ApiError {
  return new ApiError(`the answer contradicts itself: ${what}`, { reason: "invalid_schema" });
}

describe("an answer whose rows would vanish unseen is refused", () => {
  const stats = { numImagesLabeled: 73, approvalRate: 50 };
  const counted = "stats.numImagesLabeled is 73";
  test.each([
    { name: "no data", json: { stats }, what: `data is missing, but ${counted}` },
    { name: "null for data", json: { data: null, stats }, what: `data is missing, but ${counted}` },
    {
      name: "data under another name",
      json: { rows: [rowOf({ imagesLabeled: 73 })], stats },
      what: `data is missing, but ${counted}`,
    },
    {
      name: "data under another name, without totals",
      json: { rows: [rowOf({ imagesLabeled: 73 })], labelers: [], stats: {} },
      what: "data is missing, but rows is there",
    },
    {
      name: "null for data, and a mapping under another name",
      json: { data: null, stats: {}, "re\u200bsult": { data: [rowOf({ imagesLabeled: 73 })] } },
      what: "data is missing, but result is there",
    },
    { name: "no row in data", json: { data: [], stats }, what: `data is empty, but ${counted}` },
    {
      name: "no data, numbers as text",
      json: { stats: { numBoxesDrawn: "5" } },
      what: "data is missing, but stats.numBoxesDrawn is 5",
    },
    {
      name: "no data, and more removed than added",
      json: { stats: { numBoxesDrawn: -4 } },
      what: "data is missing, but stats.numBoxesDrawn is -4",
    },
    {
      name: "no data, but labelers",
      json: { labelers: [{ id: "a" }, { id: "b" }], stats: {} },
      what: "data is missing, but labelers names 2",
    },
    {
      name: "rows that all lost an id",
      json: { data: [{ labelerId: "l" }, { projectId: "p" }, { projectId: "q" }, 7] },
      what: "none of the 4 rows of data can be used (1 missing_project, 2 missing_labeler, 1 not_an_object)",
    },
    {
      name: "rows that all lost an id, where nothing is counted",
      json: { data: [null], stats: { numImagesLabeled: 0 } },
      what: "none of the 1 rows of data can be used (1 not_an_object)",
    },
    {
      name: "numbers under other names in every row",
      json: { data: [rowOf({ images_labeled: 70 }), rowOf({ labelerId: "m", images_labeled: 3 })], stats },
      what: `no row of data has a number that is known, but ${counted}`,
    },
  ])("$name", ({ json, what }) => {
    expect(refusal(() => parseListed(json))).toEqual(contradiction(what));
  });

  test.each(Object.keys(TOTAL_FIELDS).filter((field) => field !== "approvalRate"))(
    "whatever counts work: %s",
    (field) => {
      expect(refusal(() => parseListed({ stats: { [field]: 1 } }))).toEqual(
        contradiction(`data is missing, but stats.${field} is 1`),
      );
    },
  );
});

describe("an answer is good", () => {
  const stats = { numImagesLabeled: 73 };
  test.each([
    { name: "without totals", json: { data: [rowOf({ imagesLabeled: 73 })] }, rows: 1 },
    { name: "without data, where unknown fields hold nothing", json: { stats: {}, rows: [], page: 1 }, rows: 0 },
    { name: "with null for totals", json: { data: [rowOf({ imagesLabeled: 73 })], stats: null }, rows: 1 },
    { name: "with one good row among bad ones", json: { data: [7, rowOf({ imagesLabeled: 73 })], stats }, rows: 1 },
    { name: "with totals of nothing", json: { data: [], stats: { numImagesLabeled: 0, approvalRate: 100 } }, rows: 0 },
    { name: "with labelers who did nothing", json: { data: [], labelers: [{ id: "a" }] }, rows: 0 },
    { name: "with rows of nulls, where nothing is counted", json: { data: [rowOf({ imagesLabeled: null })] }, rows: 1 },
  ])("$name", ({ json, rows }) => {
    expect(parseListed(json).rows).toHaveLength(rows);
  });

  test.each([{ project: "roofs" }, { userId: "l" }])(
    "without rows for %j: what its totals are of under a filter is not documented",
    (asked) => {
      expect(parseListed({ data: [], stats }, asked).rows).toEqual([]);
      expect(refusal(() => parseListed({ stats }, asked))).toBeInstanceOf(ApiError);
    },
  );
});

describe("the legacy answer", () => {
  const ticks = [{ start_ms: 0, end_ms: 1_000, values: { l: { total_images_labeled: 5 } } }];
  const counted = "ticks[].values.total_images_labeled is 5";
  test.each([
    { name: "no data", data: { ticks }, what: `data.data is missing, but ${counted}` },
    { name: "null for data", data: { data: null, ticks }, what: `data.data is missing, but ${counted}` },
    { name: "no row in data", data: { data: [], ticks }, what: `data.data is empty, but ${counted}` },
    {
      name: "no data, but labelers",
      data: { labelers: [{ id: "a" }] },
      what: "data.data is missing, but labelers names 1",
    },
    {
      name: "data under another name",
      data: { rows: [{ projectId: "p" }] },
      what: "data.data is missing, but rows is there",
    },
    {
      name: "rows that all lost their id",
      data: { data: [{}, {}] },
      what: "none of the 2 rows of data.data can be used (2 missing_project)",
    },
    {
      name: "numbers under other names in every row",
      data: { data: [{ projectId: "p", imagesLabeled: 5 }], ticks },
      what: `no row of data.data has a number that is known, but ${counted}`,
    },
  ])("is refused with $name", ({ data, what }) => {
    expect(refusal(() => legacy(data))).toEqual(contradiction(what));
  });

  test.each([
    { name: "nothing at all", data: { data: [] } },
    { name: "null in every place", data: { data: null, labelers: null, ticks: null } },
    { name: "ticks of nothing", data: { data: [], ticks: [{ start_ms: 0, end_ms: 9, values: {} }] } },
    { name: "labelers who did nothing", data: { data: [], labelers: [{ id: "a" }] } },
  ])("is good with $name", ({ data }) => {
    expect(legacy(data)).toMatchObject({ rows: new Map(), anomalies: [] });
  });

  test.each([undefined, null, []])("with work and %j for ticks has that noted", (none) => {
    const { rows, anomalies } = legacy({ data: [{ projectId: "p", total_images_labeled: 5 }], ticks: none });
    expect(rows).toEqual(new Map([["p", { total_images_labeled: 5 }]]));
    expect(anomalies).toEqual([{ field: "legacy.ticks", reason: "missing", count: 1 }]);
  });
});
