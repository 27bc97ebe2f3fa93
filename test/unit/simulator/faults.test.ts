import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/simulator/fault-script.ts";
import { createFaultPlayer, transmissionOf } from "../../../src/simulator/faults.ts";

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
