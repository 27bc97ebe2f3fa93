import { expect, test } from "vitest";
import { totalRequests, wholeAnswers } from "../../../../../src/sources/insights/checks/trial.ts";
import { workspaceFrom } from "../../../../support/exporter-harness.ts";

const row = (projectId: string, labelerId: string) => ({ projectId, labelerId, imagesLabeled: 1 });
const exchange = (json: unknown, parameters: object = {}) => ({
  request: { endpoint: "stats", path: ["acme", "stats"], parameters },
  answer: { json, bytes: 0, seconds: 0 },
});
const EXCHANGES = [
  exchange({ data: [row("p1", "l1"), row("p2", "l2")] }),
  exchange({ data: [row("p1", "l1")] }),
  exchange({ data: [row("p1", "l3")] }, { project: "p1" }),
  exchange("not a document"),
];

test("answers under a filter, and those that cannot be read, are not whole", () => {
  expect(wholeAnswers(EXCHANGES).map(({ stats }) => stats.rows.length)).toEqual([2, 1]);
});

test.each([
  { totals: [], listed: 5, requests: 0 },
  // The list itself, and each project in each of two windows.
  { totals: ["project"], listed: 5, requests: 11 },
  { totals: ["project"], listed: undefined, requests: 5 },
  // Two labelers in one window, one in the other.
  { totals: ["labeler"], listed: undefined, requests: 3 },
])("totals by $totals, with $listed projects listed, take $requests requests more", ({ totals, listed, requests }) => {
  const config = workspaceFrom({ windows: ["today", "7d"], totals });
  expect(totalRequests(config, wholeAnswers(EXCHANGES), listed)).toBe(requests);
});
