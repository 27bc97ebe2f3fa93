import { expect, test } from "vitest";
import { labelerVariable } from "../../src/dashboards/variables.ts";
import { PANEL_QUERIES } from "../support/panel-queries.ts";

// The labeler `other` is the sum of several people (limits.labelers): no list of people may hold it.

/** What leaves it out, or chooses programs alone. */
const LEAVES_OUT = /labeler!="other"|kind=~"system\|other"|kind="system"/;
/** Alerts are listed as they fire, and none fires for it. */
const isOfAlerts = (expr: string) => expr.includes("ALERTS");

test("no table, bar or line names the sum of several people as a person", () => {
  const named = PANEL_QUERIES.filter(({ expr }) => /\blabeler_name\b/.test(expr) && !isOfAlerts(expr));
  const perPerson = named.filter(({ expr }) => !/\$labeler\b/.test(expr) && !expr.includes("offset -1d"));
  const careless = perPerson.filter(({ expr }) => !LEAVES_OUT.test(expr));
  expect(perPerson.length).toBeGreaterThan(30);
  expect(careless.map(({ dashboard, panel, refId }) => `${dashboard}: ${panel} ${refId}`)).toEqual([]);
});

test("it cannot be chosen as one labeler", () => {
  const { query } = labelerVariable();
  expect(query).toMatchObject({ query: expect.stringContaining('{workspace=~"$workspace",kind="other"}') as string });
});
