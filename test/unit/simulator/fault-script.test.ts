import { describe, expect, test } from "vitest";
import { parseFaultScript } from "../../../src/simulator/fault-script.ts";

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
