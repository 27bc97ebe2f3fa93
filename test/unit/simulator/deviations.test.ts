import { describe, expect, test } from "vitest";
import { type Behaviour, drifted } from "../../../src/simulator/deviations.ts";
import { TODAY, ask, simulate, stats, sure, total } from "./support.ts";

const WEEK = { startDate: "2026-11-12", endDate: TODAY };

function statsWith(behaviour: Partial<Behaviour>, question: Parameters<typeof stats>[1] = WEEK) {
  return stats(simulate({ behaviour }).simulation, question);
}

test("an exclusive endDate is the day after the last one", () => {
  const inclusive = statsWith({}, { ...WEEK, endDate: "2026-11-17" });
  expect(statsWith({ endDate: "exclusive" })).toEqual(inclusive);
  expect(statsWith({ endDate: "exclusive" }, { startDate: TODAY, endDate: TODAY }).data).toEqual([]);
});

describe("the project filter", () => {
  const project = sure(simulate().simulation.workspaces[0]?.projects[1]);
  const projectsIn = (filter: Behaviour["filter"], asked: string) => {
    const { data } = statsWith({ filter }, { ...WEEK, project: asked });
    return [...new Set(data.map(({ projectId }) => projectId))];
  };
  const statusOf = (filter: Behaviour["filter"], asked: string) =>
    ask(simulate({ behaviour: { filter } }).simulation, "/aerial-survey/stats", { ...WEEK, project: asked }).status;

  test("knows slugs alone by default", () => {
    expect(projectsIn("slug", project.slug)).toEqual([project.id]);
    expect(statusOf("slug", project.id)).toBe(404);
  });

  test("can know ids alone", () => {
    expect(projectsIn("id", project.id)).toEqual([project.id]);
    expect(statusOf("id", project.slug)).toBe(404);
  });

  test("can be ignored", () => {
    expect(projectsIn("ignored", project.slug).length).toBeGreaterThan(1);
  });
});

test.each([
  ["0", 0],
  ["100", 100],
  ["null", null],
  ["absent", undefined],
] as const)("an approval rate of nothing can be %s, in rows and totals", (approvalOfNothing, rate) => {
  const days = Array.from(
    { length: 40 },
    (_, day) => `2026-${day < 30 ? "09" : "10"}-${String((day % 30) + 1).padStart(2, "0")}`,
  );
  const simulation = simulate({ behaviour: { approvalOfNothing } }).simulation;
  const rows = days.flatMap((day) => stats(simulation, { startDate: day, endDate: day }).data);
  const unreviewed = rows.filter(({ approved, rejected }) => approved === 0 && rejected === 0);
  expect(unreviewed.length).toBeGreaterThan(0);
  expect(new Set(unreviewed.map(({ approvalRate }) => approvalRate))).toEqual(new Set([rate]));
  const reviewed = rows.filter(({ approved = 0 }) => approved > 20);
  expect(reviewed.every(({ approvalRate }) => Number(approvalRate) > 50)).toBe(true);
  const land = stats(simulation, { ...WEEK, project: "land-cover" });
  expect(land.stats["approvalRate"]).toBe(rate);
});

test("fields can be missing or unknown, in right answers only", () => {
  const [row] = statsWith({ fields: "missing" }).data;
  expect(row).not.toHaveProperty("boxesUpdated");
  expect(row).toHaveProperty("boxesAdded");
  expect(statsWith({ fields: "unknown" }).data[0]).toHaveProperty("futureField");
  const refused = ask(simulate({ behaviour: { fields: "unknown" } }).simulation, "/aerial-survey/stats");
  expect(refused.status).toBe(400);
  expect(refused.body).not.toContain("futureField");
});

test("totals can differ from their rows", () => {
  const { data, stats: totals } = statsWith({ stats: "mismatched" });
  expect(totals["numBoxesAdded"]).not.toBe(total(data, "boxesAdded"));
  expect(totals["numImagesLabeled"]).toBeGreaterThan(total(data, "imagesLabeled"));
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

  test("bare_list takes the object away from around a single list", () => {
    expect(drifted("bare_list", '{"jobs":[{"id":"a"}]}')).toBe('[{"id":"a"}]');
    expect(drifted("bare_list", text)).toBe(text);
    expect(drifted("bare_list", "[1]")).toBe("[1]");
    expect(drifted("bare_list", '{"error":"text"}')).toBe('{"error":"text"}');
  });

  test("missing_metadata and duplicate_rows leave an error as it is", () => {
    const error = JSON.stringify({ error: { message: "m", type: "t" }, data: null });
    expect(drifted("missing_metadata", error)).toBe(error);
    expect(drifted("duplicate_rows", error)).toBe(error);
  });
});
