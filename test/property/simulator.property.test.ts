import fc from "fast-check";
import { expect, test } from "vitest";

import { addDays, FIRST_DAY } from "../../src/calendar/windows.ts";
import { readDay } from "../../src/simulator/days.ts";
import { sessionsOfDay } from "../../src/simulator/sessions.ts";
import { simulate, stats, sure, total, type Row, type StatsAnswer } from "../unit/simulator/support.ts";

const DAYS = Math.floor((Date.parse("2026-11-18") - Date.parse(FIRST_DAY)) / 86_400_000);
const WORK = ["imagesLabeled", "markedNull", "modelAssisted", "approved", "rejected"] as const;
const BOXES = ["boxesDrawn", "boxesAdded", "boxesRemoved", "boxesUpdated", "netBoxesAdded", "netBoxesUpdated"] as const;
const SUMMABLE = [...WORK, ...BOXES];

const { simulation } = simulate({ seed: 42 });
const workspaces = simulation.workspaces.map(({ name }) => name);

const span = fc
  .record({ start: fc.nat(DAYS), length: fc.nat(45), workspace: fc.constantFrom(...workspaces) })
  .map(({ start, length, workspace }) => {
    const startDate = addDays(FIRST_DAY, start);
    return { workspace, startDate, endDate: addDays(startDate, length), length };
  });

function byPair(rows: readonly Row[]): Record<string, Record<string, number>> {
  const pairs: Record<string, Record<string, number>> = {};
  for (const row of rows) {
    const sums = (pairs[`${row.projectId}/${row.labelerId}`] ??= {});
    for (const field of SUMMABLE) sums[field] = (sums[field] ?? 0) + (row[field] ?? 0);
  }
  return pairs;
}

test("days add up to their range, pair by pair", () => {
  fc.assert(
    fc.property(span, ({ workspace, startDate, endDate, length }) => {
      const days = Array.from({ length: length + 1 }, (_, day) => addDays(startDate, day));
      const rows = days.flatMap((day) => stats(simulation, { workspace, startDate: day, endDate: day }).data);
      expect(byPair(rows)).toEqual(byPair(stats(simulation, { workspace, startDate, endDate }).data));
    }),
    { numRuns: 40 },
  );
});

test("a range cut in two adds up, boxes of the totals too", () => {
  fc.assert(
    fc.property(span, fc.nat(45), ({ workspace, startDate, endDate, length }, at) => {
      const cut = addDays(startDate, at % (length + 1));
      const parts = [
        stats(simulation, { workspace, startDate, endDate: cut }),
        ...(cut < endDate ? [stats(simulation, { workspace, startDate: addDays(cut, 1), endDate })] : []),
      ];
      const whole = stats(simulation, { workspace, startDate, endDate });
      const sum = (field: string) => parts.reduce((all, part) => all + (part.stats[field] ?? NaN), 0);
      expect(byPair(parts.flatMap(({ data }) => data))).toEqual(byPair(whole.data));
      for (const field of ["numBoxesDrawn", "numBoxesAdded", "numBoxesRemoved", "numBoxesUpdated", "netBoxesAdded"]) {
        expect(sum(field)).toBe(whole.stats[field]);
      }
      expect(sum("numImagesLabeled")).toBeGreaterThanOrEqual(whole.stats["numImagesLabeled"] ?? NaN);
    }),
  );
});

test("unique images are no more than the rows' sum, and boxes agree with the rows", () => {
  fc.assert(
    fc.property(span, (question) => {
      const { data, stats: totals } = stats(simulation, question);
      expect(totals["numImagesLabeled"]).toBeLessThanOrEqual(total(data, "imagesLabeled"));
      expect(totals["numImagesMarkedNull"]).toBeLessThanOrEqual(total(data, "markedNull"));
      expect(totals["totalImagesUsingModelAssist"]).toBeLessThanOrEqual(total(data, "modelAssisted"));
      expect(totals["numBoxesAdded"]).toBe(total(data, "boxesAdded"));
      expect(totals["numBoxesRemoved"]).toBe(total(data, "boxesRemoved"));
      expect(totals["numBoxesUpdated"]).toBe(total(data, "boxesUpdated"));
      expect(totals["netBoxesAdded"]).toBe(total(data, "boxesDrawn"));
      expect(totals["netBoxesUpdated"]).toBe(total(data, "netBoxesUpdated"));
    }),
  );
});

test("a row's unique images are what the API's own total of that labeler counts", () => {
  fc.assert(
    fc.property(span, fc.nat(), (question, pick) => {
      const { data, labelers } = stats(simulation, question);
      const id = labelers[pick % Math.max(1, labelers.length)]?.id ?? "";
      const own = data.filter(({ labelerId }) => labelerId === id);
      for (const row of own) expect(row["uniqueImagesLabeled"]).toBeLessThanOrEqual(row.imagesLabeled);
      const { numImagesLabeled } = stats(simulation, { ...question, userId: id }).stats;
      expect(total(own, "uniqueImagesLabeled")).toBe(id === "" ? 0 : numImagesLabeled);
    }),
  );
});

test("every row keeps within its own bounds", () => {
  fc.assert(
    fc.property(span, (question) => {
      for (const row of stats(simulation, question).data) {
        expect(row.markedNull + row.modelAssisted).toBeLessThanOrEqual(row.imagesLabeled);
        expect(row.boxesDrawn).toBe(row.boxesAdded - row.boxesRemoved);
        expect(row.netBoxesAdded).toBeGreaterThanOrEqual(row.boxesDrawn);
        expect(row.approved ?? 0).toBeLessThanOrEqual(row.imagesLabeled);
        expect(row.approvalRate ?? 0).toBeLessThanOrEqual(100);
        expect(Number((row.approvalRate ?? 0).toFixed(2))).toBe(row.approvalRate ?? 0);
      }
    }),
  );
});

test("a filter gives the same rows, fewer of them", () => {
  fc.assert(
    fc.property(span, fc.nat(), fc.nat(), (question, projectAt, labelerAt) => {
      const workspace = simulation.workspaces.find(({ name }) => name === question.workspace);
      const project = workspace?.projects[projectAt % workspace.projects.length];
      const labeler = workspace?.labelers[labelerAt % workspace.labelers.length];
      const all = stats(simulation, question).data;
      const ofProject = all.filter(({ projectId }) => projectId === project?.id);
      const ofLabeler = all.filter(({ labelerId }) => labelerId === labeler?.id);
      const [slug, userId] = [project?.slug ?? "", labeler?.id ?? ""];
      expect(stats(simulation, { ...question, project: slug }).data).toEqual(ofProject);
      expect(stats(simulation, { ...question, userId }).data).toEqual(ofLabeler);
      const both = ofProject.filter((row) => ofLabeler.includes(row));
      expect(stats(simulation, { ...question, project: slug, userId }).data).toEqual(both);
    }),
  );
});

test("projects add up to the workspace, for no image is in two projects; labelers overlap", () => {
  fc.assert(
    fc.property(span, (question) => {
      const workspace = simulation.workspaces.find(({ name }) => name === question.workspace);
      const unique = (answers: readonly StatsAnswer[]) =>
        answers.reduce((sum, answer) => sum + (answer.stats["numImagesLabeled"] ?? NaN), 0);
      const whole = stats(simulation, question);
      const projects = (workspace?.projects ?? []).map(({ slug }) => stats(simulation, { ...question, project: slug }));
      const labelers = (workspace?.labelers ?? []).map(({ id }) => stats(simulation, { ...question, userId: id }));
      expect(unique(projects)).toBe(whole.stats["numImagesLabeled"]);
      expect(unique(labelers)).toBeGreaterThanOrEqual(whole.stats["numImagesLabeled"] ?? NaN);
      const rates = projects.flatMap(({ data, stats: totals }) =>
        total(data, "approved") + total(data, "rejected") > 0 ? [totals["approvalRate"] ?? NaN] : [],
      );
      // Pooled, so between the lowest and the highest; rounding may move it by a hundredth.
      expect(whole.stats["approvalRate"]).toBeGreaterThanOrEqual(Math.min(100, ...rates) * (rates.length && 1) - 0.01);
      expect(whole.stats["approvalRate"]).toBeLessThanOrEqual(Math.max(0, ...rates) + 0.01);
    }),
    { numRuns: 50 },
  );
});

test("the same seed and clock give the same bytes, whatever was asked before", () => {
  fc.assert(
    fc.property(fc.integer(), span, (seed, question) => {
      const [fresh, used] = [simulate({ seed }).simulation, simulate({ seed }).simulation];
      stats(used, { workspace: question.workspace, startDate: addDays(question.startDate, -40) });
      expect(JSON.stringify(stats(fresh, question))).toBe(JSON.stringify(stats(used, question)));
    }),
    { numRuns: 20 },
  );
});

test("an advancing clock leaves past days as they were, but for recent review", () => {
  fc.assert(
    fc.property(fc.nat(120), fc.integer({ min: 1, max: 40 * 1440 }), (back, minutes) => {
      const { simulation: moving, clock } = simulate({ seed: 7 });
      const day = addDays("2026-11-18", -1 - back);
      const work = () => stats(moving, { startDate: day, endDate: day }).data;
      const counts = (rows: readonly Row[]) => rows.map((row) => [row.imagesLabeled, row.boxesDrawn, row.markedNull]);
      const before = work();
      clock.ms += minutes * 60_000;
      expect(counts(work())).toEqual(counts(before));
      if (back >= 7) expect(work()).toEqual(before);
    }),
    { numRuns: 40 },
  );
});

test("all of history never shrinks as the clock advances", () => {
  const { simulation: moving, clock } = simulate({ seed: 3 });
  const images = () => stats(moving, { endDate: "2027-12-31" }).stats["numImagesLabeled"] ?? NaN;
  let before = images();
  for (let step = 0; step < 20; step++) {
    clock.ms += 7 * 3_600_000;
    const after = images();
    expect(after).toBeGreaterThanOrEqual(before);
    before = after;
  }
});

test("images are those of the sessions: once a labeler and day in the rows, once in the totals", () => {
  fc.assert(
    fc.property(span, (question) => {
      const workspace = sure(simulation.workspaces.find(({ name }) => name === question.workspace));
      const project = sure(workspace.projects[0]);
      const [from, to] = [readDay(question.startDate) ?? NaN, Math.min(readDay(question.endDate) ?? NaN, DAYS - 1)];
      const endDate = addDays(FIRST_DAY, to);
      fc.pre(from <= to);
      const days = Array.from({ length: to - from + 1 }, (_, at) => from + at);
      const touches = days.flatMap((day) =>
        sessionsOfDay(workspace, project, day).flatMap(({ labeler, first, count }) =>
          Array.from({ length: count }, (_, at) => ({ number: first + at, once: `${day}/${labeler}/${first + at}` })),
        ),
      );
      const answer = stats(simulation, { ...question, endDate, project: project.slug });
      expect(total(answer.data, "imagesLabeled")).toBe(new Set(touches.map(({ once }) => once)).size);
      expect(answer.stats["numImagesLabeled"]).toBe(new Set(touches.map(({ number }) => number)).size);
    }),
  );
});

test("history holds images worked on twice in a day, and on several days", () => {
  const workspace = sure(simulation.workspaces[0]);
  const project = sure(workspace.projects[0]);
  const touches = Array.from({ length: DAYS }, (_, day) => sessionsOfDay(workspace, project, day))
    .flat()
    .reduce((sum, { count }) => sum + count, 0);
  const { data, stats: totals } = stats(simulation, { project: project.slug, endDate: "2026-11-17" });
  expect(total(data, "imagesLabeled")).toBeLessThan(touches);
  expect(totals["numImagesLabeled"]).toBeLessThan(total(data, "imagesLabeled"));
});
