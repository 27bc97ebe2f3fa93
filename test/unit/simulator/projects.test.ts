import { expect, test } from "vitest";
import { DAY_MINUTES, dayAt, minuteAt } from "../../../src/simulator/days.ts";
import { createHistory } from "../../../src/simulator/history.ts";
import { createDatasets } from "../../../src/simulator/projects.ts";
import { createWorkspaces } from "../../../src/simulator/workspaces.ts";
import { NOW, ask, projectsOf, simulate, stats, sure, total } from "./support.ts";

const workspace = sure(createWorkspaces({ seed: 1 })[0]);
const history = createHistory();
const { simulation } = simulate();
const projects = projectsOf(simulation);

test("a workspace lists its projects and counts its people", () => {
  const { workspace } = JSON.parse(ask(simulation, "/aerial-survey").body) as { workspace: Record<string, unknown> };
  expect(workspace).toMatchObject({ name: "aerial-survey", url: "aerial-survey", members: 8 });
  expect(projects.map(({ id }) => id)).toContain("aerial-survey/land-cover");
});

test("annotations by class are what all sessions together have drawn", () => {
  for (const { id, classes } of projects) {
    const { data } = stats(simulation, { project: sure(id.split("/")[1]) });
    expect(Object.values(classes).reduce((sum, count) => sum + count)).toBe(total(data, "boxesDrawn"));
  }
});

test("a project is updated by its last upload or labeling", () => {
  const [first] = projects;
  expect(new Date(1000 * sure(first).updated).toISOString()).toMatch(/^2026-11-18T(?:0[8-9]|1[0-4])/);
  const stopped = sure(projects.find(({ id }) => id.endsWith("storm-damage-2024")));
  expect(new Date(1000 * stopped.updated).toISOString()).toMatch(/^2024-12-/);
});

test("versions are added as time passes", () => {
  const { simulation: moving, clock } = simulate();
  const versions = () => projectsOf(moving).map((project) => project.versions);
  const before = versions();
  clock.ms += 90 * 86_400_000;
  expect(versions()).toEqual(before.map((count) => count + 1));
});

test("before the first upload there are projects without images", () => {
  const { simulation: early } = simulate({ now: () => Date.parse("2023-07-01T00:00:00Z") });
  for (const project of projectsOf(early, "harbor-vision")) {
    expect(project).toMatchObject({ images: 0, unannotated: 0, versions: expect.any(Number) as unknown });
    expect(Object.values({ ...project.classes, ...project.splits })).toEqual([0, 0, 0, 0, 0]);
    expect(project.updated - project.created).toBeCloseTo(0.251 - 0.137, 2);
  }
  expect(JSON.parse(ask(early, "/harbor-vision/crane-pose/batches").body)).toEqual({ batches: [] });
  expect(JSON.parse(ask(early, "/harbor-vision/crane-pose/jobs").body)).toEqual({ jobs: [] });
});

test("datasets are the same whether they are remembered or not", () => {
  const [kept, recomputed] = [createDatasets(history), createDatasets(history, 10)];
  for (const project of workspace.projects) {
    const first = kept(workspace, project, minuteAt(NOW));
    expect(kept(workspace, project, minuteAt(NOW))).toBe(first);
    const again = recomputed(workspace, project, minuteAt(NOW));
    expect(again).toEqual(first);
    expect(recomputed(workspace, project, minuteAt(NOW))).not.toBe(again);
  }
});

test("a dataset is replaced when images are uploaded, and by an earlier one for an earlier moment", () => {
  const datasetAt = createDatasets(history);
  const project = sure(workspace.projects[1]);
  const now = datasetAt(workspace, project, minuteAt(NOW));
  const uploaded = sure(now.batches.at(-1)).minute;
  expect(datasetAt(workspace, project, uploaded).batches).toEqual(now.batches);
  expect(datasetAt(workspace, project, uploaded - 1).batches).toEqual(now.batches.slice(0, -1));
});

test("uploads are made in the early morning: the first when a project begins, the others on Mondays", () => {
  const datasetAt = createDatasets(history);
  for (const project of workspace.projects) {
    const minutes = datasetAt(workspace, project, minuteAt(NOW)).batches.map(({ minute }) => minute);
    for (const minute of minutes) expect(minute % DAY_MINUTES).toSatisfy((at: number) => at >= 360 && at < 400);
    const days = minutes.map((minute) => Math.floor(minute / DAY_MINUTES));
    expect(days[0]).toBe(Math.max(0, project.createdOn));
    const monday = dayAt(Date.parse("2026-11-16"));
    for (const day of days.slice(1)) expect((monday - day) % 7).toBe(0);
  }
});
