import { describe, expect, test } from "vitest";
import { type Fault, createFaultPlayer, parseFaultScript, transmissionOf } from "../../../src/simulator/faults.ts";

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
      'fault 1: "endpoint" must be one of root, workspace-stats, workspace, stats,',
    ],
  ])("%s is refused", (text, message) => {
    expect(() => parseFaultScript(text)).toThrow(message);
  });
});

describe("a fault player", () => {
  const request = { endpoint: "stats", workspace: "a", startDate: "2024-01-01" };

  test("plays the first fault that matches and is not used up", () => {
    const first: Fault = { times: 2, status: 500 };
    const second: Fault = { match: { endpoint: "stats" }, cut: true };
    const player = createFaultPlayer([first, second]);
    const taken = Array.from({ length: 4 }, () => player.take(request));
    expect(taken).toEqual([first, first, second, second]);
    expect(player.take({ ...request, endpoint: "root" })).toBeUndefined();
  });

  test.each<[string, NonNullable<Fault["match"]>, boolean]>([
    ["another endpoint", { endpoint: "root" }, false],
    ["another workspace", { workspace: "b" }, false],
    ["another start", { startDate: "2024-01-02" }, false],
    ["all of it", { endpoint: "stats", workspace: "a", startDate: "2024-01-01" }, true],
  ])("matches by %s", (_, match, struck) => {
    const player = createFaultPlayer([{ match, cut: true }]);
    expect(player.take(request) !== undefined).toBe(struck);
  });

  test("starts again with a new script", () => {
    const player = createFaultPlayer([{ times: 1, cut: true }]);
    player.take(request);
    expect(player.take(request)).toBeUndefined();
    player.set([{ html: true }]);
    expect(player.take(request)).toEqual({ html: true });
    player.set([]);
    expect(player.take({ endpoint: undefined, workspace: undefined, startDate: undefined })).toBeUndefined();
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
