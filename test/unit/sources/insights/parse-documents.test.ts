import { describe, expect, test } from "vitest";
import { ApiError } from "../../../../src/errors.ts";
import { NOTHING, parseListed, readFixture } from "../../../support/rows.ts";

function failureOf(json: unknown): unknown {
  try {
    return parseListed(json);
  } catch (error) {
    return error;
  }
}

describe("the documentation", () => {
  test("shows a sample, which is read whole", () => {
    expect(parseListed(readFixture("sample"))).toEqual({
      rows: [
        {
          project: "projectId123",
          labeler: "labelerId123",
          values: {
            imagesLabeled: 73,
            boxesDrawn: 127,
            markedNull: 8,
            modelAssisted: 1,
            approved: 73,
            rejected: 0,
            approvalRate: 100,
          },
        },
      ],
      projects: new Map([["projectId123", { name: "My CV Project", type: undefined }]]),
      labelers: new Map([["labelerId123", { name: "Lenny", email: "lenny@roboflow.foo" }]]),
      totals: {
        numImagesLabeled: 73,
        numBoxesDrawn: 127,
        numImagesMarkedNull: 8,
        totalImagesUsingModelAssist: 1,
        approvalRate: 100,
      },
      workspaceId: "workspaceId123",
      notices: [],
      anomalies: [],
      rejected: new Map(),
    });
  });

  test("lists fields that the sample lacks; they are read whole too", () => {
    expect(parseListed(readFixture("field-list"))).toEqual({
      rows: [
        {
          project: "projectId123",
          labeler: "labelerId123",
          values: {
            imagesLabeled: 73,
            boxesDrawn: 127,
            boxesAdded: 150,
            boxesRemoved: 23,
            boxesUpdated: 12,
            netBoxesAdded: 140,
            netBoxesUpdated: 12,
            markedNull: 8,
            modelAssisted: 1,
            approvalRate: 97.5,
          },
        },
        {
          project: "projectId123",
          labeler: "autolabelservice",
          values: {
            imagesLabeled: 20,
            boxesDrawn: -4,
            boxesAdded: 6,
            boxesRemoved: 10,
            boxesUpdated: 0,
            netBoxesAdded: 6,
            netBoxesUpdated: 0,
            markedNull: 0,
            modelAssisted: 0,
            approvalRate: 50,
          },
        },
      ],
      projects: new Map([["projectId123", { name: "My CV Project", type: "object-detection" }]]),
      labelers: new Map([
        ["labelerId123", { name: "Lenny", email: "lenny@roboflow.foo" }],
        ["autolabelservice", { name: "Auto Label", email: "autolabel@placeholder.invalid" }],
      ]),
      totals: {
        numImagesLabeled: 80,
        numBoxesDrawn: 123,
        numImagesMarkedNull: 8,
        totalImagesUsingModelAssist: 1,
        numBoxesAdded: 156,
        numBoxesRemoved: 33,
        numBoxesUpdated: 12,
        netBoxesAdded: 123,
        netBoxesUpdated: 12,
        approvalRate: 91.25,
      },
      workspaceId: "workspaceId123",
      notices: ["Metrics are available only after August 1, 2023."],
      anomalies: [],
      rejected: new Map(),
    });
  });
});

describe("an empty answer (U6)", () => {
  test.each([
    { name: "empty arrays", json: { data: [], labelers: [], stats: {}, meta: { notices: [] } } },
    { name: "null in every place", json: { data: null, labelers: null, stats: null, meta: null } },
    { name: "data alone", json: { data: [] } },
    { name: "stats alone", json: { stats: {} } },
    { name: "null notices", json: { data: [], meta: { notices: null } } },
  ])("is good: $name", ({ json }) => {
    expect(parseListed(json)).toEqual(NOTHING);
  });

  test("has its totals read even without rows", () => {
    const totals = { numImagesLabeled: 0, numBoxesDrawn: 0 };
    expect(parseListed({ stats: { ...totals, approvalRate: null } })).toEqual({ ...NOTHING, totals });
  });
});

describe("a document of another form", () => {
  const form = "the answer does not have the documented form";
  test.each([
    { name: "an empty object", json: {}, message: "the answer holds neither data nor stats" },
    { name: "labelers alone", json: { labelers: [] }, message: "the answer holds neither data nor stats" },
    {
      name: "a code and a message",
      json: { code: "gone", message: "no" },
      message: "the answer holds neither data nor stats",
    },
    {
      name: "data as the prototype's",
      json: JSON.parse('{"__proto__":{"data":[]}}') as unknown,
      message: "the answer holds neither data nor stats",
    },
    { name: "an array", json: [], message: `${form}: the document: Invalid input: expected object, received array` },
    { name: "text", json: "ok", message: `${form}: the document: Invalid input: expected object, received string` },
    { name: "a number", json: 7, message: `${form}: the document: Invalid input: expected object, received number` },
    { name: "null", json: null, message: `${form}: the document: Invalid input: expected object, received null` },
    {
      name: "data as an object",
      json: { data: {} },
      message: `${form}: data: Invalid input: expected array, received object`,
    },
    {
      name: "data as text",
      json: { data: "" },
      message: `${form}: data: Invalid input: expected array, received string`,
    },
    {
      name: "labelers as an object",
      json: { data: [], labelers: {} },
      message: `${form}: labelers: Invalid input: expected array, received object`,
    },
    {
      name: "stats as an array",
      json: { stats: [] },
      message: `${form}: stats: Invalid input: expected record, received array`,
    },
    {
      name: "meta as text",
      json: { data: [], meta: "none" },
      message: `${form}: meta: Invalid input: expected record, received string`,
    },
  ])("fails the poll: $name", ({ json, message }) => {
    expect(failureOf(json)).toEqual(new ApiError(message, { reason: "invalid_schema" }));
  });
});

describe("notices (U7)", () => {
  test("are kept in their order", () => {
    const { notices } = parseListed({ data: [], meta: { notices: ["first", "second"] } });
    expect(notices).toEqual(["first", "second"]);
  });

  test("that are not text are left out and noted", () => {
    const { notices, anomalies } = parseListed({ data: [], meta: { notices: [{ text: "x" }, null, "", 5, "kept"] } });
    expect({ notices, anomalies }).toEqual({
      notices: ["kept"],
      anomalies: [{ field: "meta.notices.notice", reason: "not_text", count: 2 }],
    });
  });

  test("in place of a list give no notices", () => {
    expect(parseListed({ data: [], meta: { notices: "only one" } })).toEqual(NOTHING);
  });

  test("beyond the twentieth are not read, and long ones are cut", () => {
    const { notices } = parseListed({ data: [], meta: { notices: Array.from({ length: 30 }, () => "n".repeat(500)) } });
    expect(notices).toEqual(Array.from({ length: 20 }, () => `${"n".repeat(200)}…`));
  });
});

describe("unknown fields (U20)", () => {
  test("are counted by section and name, and change nothing else", () => {
    const stats = parseListed({
      data: [{ projectId: "p", labelerId: "l", imagesLabeled: 1, secondsOnIt: 1, secondsSpent: 60 }],
      labelers: [{ id: "l", displayName: "Ada", team: "north" }],
      stats: { numImagesLabeled: 1, secondsSpent: 60 },
      meta: { notices: [], version: 3 },
      nextPage: "abc",
    });
    expect(stats).toEqual({
      ...NOTHING,
      rows: [{ project: "p", labeler: "l", values: { imagesLabeled: 1 } }],
      projects: new Map([["p", { name: undefined, type: undefined }]]),
      labelers: new Map([["l", { name: "Ada", email: undefined }]]),
      totals: { numImagesLabeled: 1 },
      anomalies: [
        { field: "nextPage", reason: "unknown_field", count: 1 },
        { field: "data.secondsOnIt", reason: "unknown_field", count: 1 },
        { field: "data.secondsSpent", reason: "unknown_field", count: 1 },
        { field: "labelers.team", reason: "unknown_field", count: 1 },
        { field: "stats.secondsSpent", reason: "unknown_field", count: 1 },
        { field: "meta.version", reason: "unknown_field", count: 1 },
      ],
    });
  });

  test("are counted once for each row that has them", () => {
    const rows = ["a", "b", "c"].map((labelerId) => ({ projectId: "p", labelerId, extra: 1 }));
    const unknown = { field: "data.extra", reason: "unknown_field", count: 3 };
    expect(parseListed({ data: rows }).anomalies).toEqual([unknown]);
  });

  test("named as an object's own machinery do no harm", () => {
    const text = `{"data":[{"projectId":"p","labelerId":"l","__proto__":{"imagesLabeled":5},"constructor":1}],
      "stats":{"__proto__":{"numBoxesDrawn":2},"hasOwnProperty":3},"__proto__":{"labelers":[{"id":"x"}]}}`;
    expect(parseListed(JSON.parse(text))).toEqual({
      ...NOTHING,
      rows: [{ project: "p", labeler: "l", values: {} }],
      projects: new Map([["p", { name: undefined, type: undefined }]]),
      anomalies: [
        { field: "data.__proto__", reason: "unknown_field", count: 1 },
        { field: "data.constructor", reason: "unknown_field", count: 1 },
        { field: "stats.hasOwnProperty", reason: "unknown_field", count: 1 },
      ],
    });
  });
});
