import { describe, expect, test } from "vitest";

import { addDays } from "../../../src/calendar/windows.ts";
import { NOW, TODAY, ask, simulate, stats, total, type Row } from "./support.ts";

const WEEK = { startDate: addDays(TODAY, -6), endDate: TODAY };
const BEFORE = { startDate: addDays(TODAY, -27), endDate: addDays(TODAY, -7) };

/** The API does not report reviewed images; there are at least as many as approved ones. */
function reviewedAtLeast(row: Row | undefined): number {
  return row?.approved ?? 0;
}

describe("the default scenario", () => {
  const { simulation } = simulate();
  const week = stats(simulation, WEEK);
  const before = stats(simulation, BEFORE);

  test("has one labeler whose approval falls from about 95 % to about 60 %, on enough reviews", () => {
    const robin = simulation.workspaces[0]?.labelers.find(({ falling }) => falling !== undefined);
    const busiest = (rows: readonly Row[]) =>
      rows.filter(({ labelerId }) => labelerId === robin?.id).sort((a, b) => b.imagesLabeled - a.imagesLabeled)[0];
    expect(busiest(week.data)?.approvalRate).toBeGreaterThan(45);
    expect(busiest(week.data)?.approvalRate).toBeLessThan(72);
    expect(reviewedAtLeast(busiest(week.data))).toBeGreaterThanOrEqual(60);
    expect(busiest(before.data)?.approvalRate).toBeGreaterThan(90);
  });

  test("has a project without review, whose rows have no review fields at all", () => {
    const unreviewed = stats(simulation).data.filter((row) => !("approvalRate" in row));
    expect(new Set(unreviewed.map(({ projectName }) => projectName))).toEqual(new Set(["Land Cover"]));
    for (const row of unreviewed) expect(Object.keys(row)).not.toContain("approved");
  });

  test("has a project that was worked on until the end of 2024", () => {
    const slug = { project: "storm-damage-2024" };
    expect(stats(simulation, { ...slug, startDate: "2025-01-01" }).data).toEqual([]);
    expect(stats(simulation, { ...slug, startDate: "2024-12-01" }).data.length).toBeGreaterThan(0);
  });

  test("has a cleanup day on which more boxes were removed than added", () => {
    const days = Array.from({ length: 200 }, (_, back) => addDays(TODAY, -back));
    const rows = days.flatMap((day) => stats(simulation, { startDate: day, endDate: day }).data);
    expect(rows.some(({ boxesDrawn }) => boxesDrawn < 0)).toBe(true);
  });

  test("has every field of the API", () => {
    expect(Object.keys(week.data[0] ?? {}).sort()).toEqual(
      [
        ...["projectId", "projectName", "projectType", "labelerId", "workspaceId", "imagesLabeled", "boxesDrawn"],
        "uniqueImagesLabeled",
        ...["markedNull", "modelAssisted", "approved", "rejected", "approvalRate", "netBoxesAdded"],
        ...["netBoxesUpdated", "boxesAdded", "boxesRemoved", "boxesUpdated"],
      ].sort(),
    );
    expect(Object.keys(week)).toEqual(["data", "labelers", "stats", "meta"]);
    expect(week.meta.notices[0]).toMatch(/2023-08-01/);
  });

  test("names exactly the labelers of its rows", () => {
    expect(new Set(week.labelers.map(({ id }) => id))).toEqual(new Set(week.data.map(({ labelerId }) => labelerId)));
  });
});

test("in the healthy scenario everyone's pooled approval is about 95 % or better", () => {
  const { simulation } = simulate({ scenario: "healthy" });
  for (const { name, labelers } of simulation.workspaces) {
    for (const { id } of labelers) {
      const { data, stats: totals } = stats(simulation, {
        workspace: name,
        userId: id,
        startDate: addDays(TODAY, -60),
      });
      if (total(data, "approved") > 100) expect(totals["approvalRate"]).toBeGreaterThan(93);
    }
  }
});

test("a labeler's approval can be changed and given back", () => {
  const { simulation } = simulate({ scenario: "healthy" });
  const labeler = simulation.workspaces[1]?.labelers[0]?.id ?? "";
  const rate = () => stats(simulation, { workspace: "harbor-vision", userId: labeler, ...WEEK }).stats["approvalRate"];
  const before = rate();
  simulation.setApproval(labeler, 0);
  expect(rate()).toBe(0);
  simulation.setApproval(labeler, 1);
  expect(rate()).toBe(100);
  simulation.setApproval(labeler, undefined);
  expect(rate()).toBe(before);
});

test("an approval can be given from the start", () => {
  const id = simulate().simulation.workspaces[1]?.labelers[0]?.id ?? "";
  const { simulation } = simulate({ approvalDrop: { labeler: id, ratio: 0 } });
  expect(stats(simulation, { workspace: "harbor-vision", userId: id, ...WEEK }).stats["approvalRate"]).toBe(0);
});

test("an unknown labeler or a ratio out of range is refused", () => {
  const { simulation } = simulate();
  expect(() => {
    simulation.setApproval("unknown-labeler", 0.5);
  }).toThrow('unknown labeler "unknown-labeler"');
  for (const ratio of [-0.1, 1.1, NaN]) {
    expect(() => {
      simulation.setApproval("autolabelservice", ratio);
    }).toThrow("from 0 to 1");
  }
});

test("a session counts once its time has come", () => {
  const { simulation, clock } = simulate();
  const images = (time: string) => {
    clock.ms = Date.parse(`${TODAY}T${time}Z`);
    return total(stats(simulation, { startDate: TODAY }).data, "imagesLabeled");
  };
  const [night, noon, evening] = [images("07:59:00"), images("12:00:00"), images("18:00:00")];
  expect(night).toBe(0);
  expect(noon).toBeGreaterThan(0);
  expect(evening).toBeGreaterThan(noon);
});

test("there is nothing before the first day, nor after today", () => {
  const { simulation, clock } = simulate();
  expect(stats(simulation, { startDate: "2020-01-01", endDate: "2023-07-31" }).data).toEqual([]);
  expect(stats(simulation, { startDate: addDays(TODAY, 1), endDate: addDays(TODAY, 9) }).data).toEqual([]);
  expect(stats(simulation, { startDate: "2020-01-01" })).toEqual(stats(simulation));
  clock.ms = Date.parse("2023-07-01T00:00:00Z");
  expect(stats(simulation).stats["numImagesLabeled"]).toBe(0);
});

test("with nothing reviewed the approval rate is 0", () => {
  const { simulation } = simulate();
  expect(stats(simulation, { project: "land-cover" }).stats["approvalRate"]).toBe(0);
});

test("requests are remembered without their key, the latest thousand", () => {
  const { simulation } = simulate();
  for (let count = 0; count < 1005; count++)
    ask(simulation, "/nowhere/at/all", { api_key: "secret", n: String(count) });
  expect(simulation.requests).toHaveLength(1000);
  expect(simulation.requests[0]).toEqual({
    path: "/nowhere/at/all",
    query: "n=5",
    workspace: "aerial-survey",
    at: NOW,
  });
});

test("whatever the seed and the weekday, the falling labeler has enough reviewed work to be noticed", () => {
  for (let seed = 0; seed < 40; seed++) {
    // The start of a working day is the worst case: today has nothing yet.
    const { simulation } = simulate({ seed, now: () => Date.parse(`2026-11-${10 + (seed % 7)}T08:00:00Z`) });
    const robin = simulation.workspaces[0]?.labelers.find(({ falling }) => falling !== undefined)?.id ?? "";
    const endDate = `2026-11-${10 + (seed % 7)}`;
    const question = { project: "field-boundaries", userId: robin, endDate };
    const [week] = stats(simulation, { ...question, startDate: addDays(endDate, -6) }).data;
    const [before] = stats(simulation, {
      ...question,
      startDate: addDays(endDate, -27),
      endDate: addDays(endDate, -7),
    }).data;
    expect(reviewedAtLeast(week)).toBeGreaterThanOrEqual(55);
    expect((before?.approvalRate ?? 0) - (week?.approvalRate ?? 100)).toBeGreaterThan(15);
  }
});
