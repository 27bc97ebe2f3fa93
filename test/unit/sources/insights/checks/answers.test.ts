import { describe, expect, test } from "vitest";
import {
  type StatsAnswer,
  judgeApproval,
  judgeMissingFields,
  judgeTotals,
} from "../../../../../src/sources/insights/checks/answers.ts";
import { parseStats } from "../../../../../src/sources/insights/parse.ts";

function answer(json: object): StatsAnswer {
  return { json, stats: parseStats(json) };
}

describe("totals", () => {
  const rows = (data: readonly object[], stats: object) => judgeTotals([answer({ data, stats })]).verdict;
  const row = { projectId: "p", labelerId: "l", boxesAdded: 3, imagesLabeled: 4 };
  const other = { ...row, labelerId: "m" };
  test.each([
    { name: "boxes that add up", data: [row, other], stats: { numBoxesAdded: 6 }, verdict: "ok" },
    { name: "boxes that do not", data: [row, other], stats: { numBoxesAdded: 5 }, verdict: "problem" },
    { name: "fewer unique images", data: [row, other], stats: { numImagesLabeled: 5 }, verdict: "ok" },
    { name: "more unique images", data: [row, other], stats: { numImagesLabeled: 9 }, verdict: "problem" },
    {
      name: "a row without the field",
      data: [row, { projectId: "p", labelerId: "m" }],
      stats: { numBoxesAdded: 5 },
      verdict: "unknown",
    },
    {
      name: "a row that was dropped",
      data: [row, { projectId: "p" }],
      stats: { numBoxesAdded: 5 },
      verdict: "unknown",
    },
  ])("are judged with $name", ({ data, stats, verdict }) => {
    expect(rows(data, stats)).toBe(verdict);
  });
});

describe("approval of nothing", () => {
  const row = { projectId: "p", labelerId: "l" };
  test.each([
    {
      name: "rows",
      json: { data: [{ ...row, approved: 0, rejected: 0, approvalRate: 0 }] },
      seen: "0, in 1 rows or totals",
    },
    {
      name: "several rates",
      json: {
        data: [
          { ...row, approved: 0, rejected: 0 },
          { ...row, approved: "0", rejected: "0", approvalRate: "0" },
        ],
      },
      seen: 'absent, "0", in 2 rows or totals',
    },
    {
      name: "totals of no rows",
      json: { data: [], stats: { approvalRate: null, numBoxesAdded: 0 } },
      seen: "null, in 1 rows or totals",
    },
    {
      name: "reviewed rows",
      json: { data: [{ ...row, approved: 1, rejected: 0, approvalRate: 100 }] },
      seen: "no row or total without reviews was seen",
    },
    {
      name: "rows without review",
      json: { data: [row], stats: { approvalRate: 0 } },
      seen: "no row or total without reviews was seen",
    },
    { name: "no rows and no totals", json: { data: [], stats: {} }, seen: "no row or total without reviews was seen" },
  ])("is taken from $name", ({ json, seen }) => {
    expect(judgeApproval([answer(json)]).seen).toBe(seen);
  });
});

describe("fields", () => {
  const numbers = {
    imagesLabeled: 1,
    boxesDrawn: 1,
    boxesAdded: 1,
    boxesRemoved: 0,
    boxesUpdated: 0,
    netBoxesAdded: 1,
    netBoxesUpdated: 0,
    markedNull: 0,
    modelAssisted: 0,
  };
  const row = { ...numbers, projectId: "p", projectName: "P", projectType: "t", labelerId: "l", workspaceId: "w" };

  test("of review may be missing, and the newest one", () => {
    expect(judgeMissingFields([answer({ data: [row] })])).toMatchObject({
      verdict: "info",
      seen: "data.uniqueImagesLabeled: a newer field; data.approved, data.rejected, data.approvalRate: nothing was reviewed",
    });
  });
});
