import { describe, expect, test } from "vitest";

import { drifted } from "../../../src/simulator/drift.ts";
import { parseFaultScript } from "../../../src/simulator/fault-script.ts";
import { createFaultBook, type Fault } from "../../../src/simulator/faults.ts";
import { transmissionOf } from "../../../src/simulator/transmission.ts";

describe("a fault script", () => {
  test("is read with all it can say", () => {
    const script = [
      { match: { endpoint: "stats", workspace: "a", startDate: "2024-01-01" }, times: 2, status: 503 },
      { status: 429, body: "slow down", retryAfter: "3" },
      { match: {}, delayMs: 5 },
      { invalidJson: true },
      { html: true },
      { errorBody: true },
      { hugeBytes: 1000 },
      { hang: "headers" },
      { hang: "body" },
      { cut: true },
      { redirect: "http://example.com/" },
      { drift: "strings" },
    ];
    expect(parseFaultScript(JSON.stringify(script))).toEqual(script);
  });

  test.each([
    ["no json", "the fault script is not JSON"],
    ['{"status":500}', "the fault script must be a JSON list of faults"],
    ["[1]", 'fault 1: "fault" must be an object, got 1'],
    ["[{}]", "fault 1: must name exactly one of status, delayMs, invalidJson, html, errorBody,"],
    ['[{"cut":true},{"cut":true,"html":true}]', "fault 2: must name exactly one of"],
    ['[{"cut":1}]', 'fault 1: "cut" must be true, got 1'],
    ['[{"cut":true,"body":"x"}]', 'fault 1: unknown key "body"; known are match, times, cut'],
    ['[{"status":99}]', 'fault 1: "status" must be an integer from 200 to 599, got 99'],
    ['[{"status":"500"}]', 'fault 1: "status" must be an integer from 200 to 599, got "500"'],
    ['[{"status":500,"body":1}]', 'fault 1: "body" must be a text, got 1'],
    ['[{"delayMs":1.5}]', 'fault 1: "delayMs" must be an integer from 0 to'],
    ['[{"hugeBytes":0}]', 'fault 1: "hugeBytes" must be an integer from 1 to'],
    ['[{"hang":"up"}]', 'fault 1: "hang" must be one of headers, body, got "up"'],
    ['[{"drift":"x"}]', 'fault 1: "drift" must be one of unknown_fields, strings,'],
    ['[{"cut":true,"times":0}]', 'fault 1: "times" must be an integer from 1 to 1000000, got 0'],
    ['[{"cut":true,"match":null}]', 'fault 1: "match" must be an object, got null'],
    ['[{"cut":true,"match":[]}]', 'fault 1: "match" must be an object, got []'],
    ['[{"cut":true,"match":{"path":"/"}}]', 'fault 1: unknown key "path"; known are endpoint, workspace, startDate'],
    [
      '[{"cut":true,"match":{"endpoint":"images"}}]',
      'fault 1: "endpoint" must be one of root, workspace, stats, legacy,',
    ],
  ])("%s is refused", (text, message) => {
    expect(() => parseFaultScript(text)).toThrow(message);
  });
});

describe("a fault book", () => {
  const route = { endpoint: "stats", workspace: "a" } as const;
  const query = new URLSearchParams({ startDate: "2024-01-01" });

  test("plays the first fault that matches and is not used up", () => {
    const first: Fault = { times: 2, status: 500 };
    const second: Fault = { match: { endpoint: "stats" }, cut: true };
    const book = createFaultBook([first, second]);
    const taken = Array.from({ length: 4 }, () => book.take(route, "a", query));
    expect(taken).toEqual([first, first, second, second]);
    expect(book.take({ endpoint: "root" }, undefined, query)).toBeUndefined();
  });

  test.each<[string, NonNullable<Fault["match"]>, boolean]>([
    ["another endpoint", { endpoint: "root" }, false],
    ["another workspace", { workspace: "b" }, false],
    ["another start", { startDate: "2024-01-02" }, false],
    ["all of it", { endpoint: "stats", workspace: "a", startDate: "2024-01-01" }, true],
  ])("matches by %s", (_, match, struck) => {
    const book = createFaultBook([{ match, cut: true }]);
    expect(book.take(route, "a", query) !== undefined).toBe(struck);
  });

  test("begins anew with a new script", () => {
    const book = createFaultBook([{ times: 1, cut: true }]);
    book.take(route, "a", query);
    expect(book.take(route, "a", query)).toBeUndefined();
    book.set([{ html: true }]);
    expect(book.take(route, "a", query)).toEqual({ html: true });
    book.set([]);
    expect(book.take(undefined, undefined, query)).toBeUndefined();
  });
});

describe("drift", () => {
  const text = JSON.stringify({
    data: [{ projectName: "P", imagesLabeled: 3, modelAssisted: 1 }],
    labelers: [{ id: "l", displayName: "L", email: "l@example.com" }],
    stats: { approvalRate: 90 },
  });
  const row = { projectName: "P", imagesLabeled: 3, modelAssisted: 1 };

  test.each([
    ["unknown_fields", { data: [{ ...row, futureField: "new" }], futureField: "new", stats: { futureField: "new" } }],
    ["strings", { data: [{ ...row, imagesLabeled: "3", modelAssisted: "1" }], stats: { approvalRate: "90" } }],
    ["nulls", { data: [{ ...row, modelAssisted: null }], stats: { approvalRate: null } }],
    ["duplicate_rows", { data: [row, row], stats: { approvalRate: 90 } }],
    ["missing_metadata", { data: [{ imagesLabeled: 3, modelAssisted: 1 }], labelers: [] }],
    ["ignored_filter", { data: [row] }],
  ] as const)("%s", (kind, expected) => {
    expect(JSON.parse(drifted(kind, text))).toMatchObject(expected);
  });

  test("missing_arrays leaves the rest", () => {
    expect(JSON.parse(drifted("missing_arrays", text))).toEqual({ stats: { approvalRate: 90 } });
  });

  test("missing_metadata and duplicate_rows leave an error as it is", () => {
    const error = JSON.stringify({ error: { message: "m", type: "t" }, data: null });
    expect(drifted("missing_metadata", error)).toBe(error);
    expect(drifted("duplicate_rows", error)).toBe(error);
  });
});

test("without a fault an answer goes out whole", () => {
  expect(transmissionOf({ status: 200, body: { a: 1 } }, undefined)).toEqual({
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: '{"a":1}',
    delivery: "whole",
    delayMs: 0,
    hugeBytes: 0,
  });
});

test("a status fault says what it is unless it is given a body", () => {
  const body = (fault: Fault) => transmissionOf({ status: 200, body: {} }, fault).body;
  expect(JSON.parse(body({ status: 401 }))).toEqual({
    error: { message: "simulated fault: status 401", type: "Unauthorized" },
  });
  expect(JSON.parse(body({ status: 418 }))).toMatchObject({ error: { type: "SimulatedFault" } });
  expect(body({ status: 500, body: "boom" })).toBe("boom");
});
