import { expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load.ts";
import { problemsOf, sourcesOf } from "../../support/configurations.ts";

const given = (written: string) => ({
  yaml: `workspaces: [{api_key: key-of-one${written === "" ? "" : `, ${written}`}}]`,
  env: {},
});

test.each([
  ["", undefined],
  ["legacy: true", undefined],
  ["legacy: true, cost_per_hour: 12.5", 12.5],
  ["legacy: true, cost_per_hour: 1000000", 1_000_000],
])("%j costs %s an hour", (written, cost) => {
  expect(loadConfig(sourcesOf(given(written))).workspaces[0]?.costPerHour).toBe(cost);
});

const RANGE = "is not a number from 0.01 to 1000000; use one in that range";
const NEEDS = "needs the time spent, which the legacy endpoint has; set legacy: true, or remove it";

test.each([
  ["legacy: true, cost_per_hour: 0", [`workspaces[0].cost_per_hour: 0 ${RANGE}`]],
  ["legacy: true, cost_per_hour: -3", [`workspaces[0].cost_per_hour: -3 ${RANGE}`]],
  ["legacy: true, cost_per_hour: .inf", [/^workspaces\[0\]\.cost_per_hour: .* is not a number from/]],
  ['legacy: true, cost_per_hour: "12 EUR"', [`workspaces[0].cost_per_hour: "12 EUR" ${RANGE}`]],
  ["legacy: true, cost_per_hour: [12]", [/^workspaces\[0\]\.cost_per_hour: .* is not a number from/]],
  ["cost_per_hour: 12", [`workspaces[0].cost_per_hour: 12 ${NEEDS}`]],
  ["legacy: false, cost_per_hour: 12", [`workspaces[0].cost_per_hour: 12 ${NEEDS}`]],
  ["legacy: 7, cost_per_hour: 12", [/^workspaces\[0\]\.legacy: 7 /]],
])("%j is refused, with the key, the value and the remedy", (written, problems) => {
  const found = problemsOf(given(written));
  expect(found).toHaveLength(problems.length);
  for (const [index, problem] of problems.entries()) expect(found[index]).toMatch(problem);
});
