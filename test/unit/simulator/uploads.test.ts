import { expect, test } from "vitest";
import { dayAt, minuteAt } from "../../../src/simulator/days.ts";
import { createHistory } from "../../../src/simulator/history.ts";
import { createDatasets } from "../../../src/simulator/uploads.ts";
import { createWorkspaces } from "../../../src/simulator/workspaces.ts";
import { NOW, sure } from "./support.ts";

const DAY_MINUTES = 1440;
const workspace = sure(createWorkspaces({ seed: 1 })[0]);
const history = createHistory();

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
