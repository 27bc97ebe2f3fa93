import { expect, test } from "vitest";
import { createHistory } from "../../../src/simulator/history.ts";
import { sessionsOfDay } from "../../../src/simulator/sessions.ts";
import { createWorkspaces } from "../../../src/simulator/workspaces.ts";
import { sure } from "./support.ts";

const workspace = sure(createWorkspaces({ seed: 1 })[0]);
const project = sure(workspace.projects[0]);

test("history gives the sessions that are asked for, whether it remembers them or not", () => {
  const days = Array.from({ length: 161 }, (_, at) => 40 + at);
  const wanted = days.flatMap((day) => sessionsOfDay(workspace, project, day));
  for (const history of [createHistory(), createHistory(50)]) {
    expect([...history(workspace, project, 40, 200)]).toEqual(wanted);
    expect([...history(workspace, project, 40, 200)]).toEqual(wanted);
  }
});
