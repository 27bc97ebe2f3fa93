import { expect, test } from "vitest";

import { isWeekend } from "../../../src/simulator/days.ts";
import { REACH_DAYS, numbersPerDay, sessionsOfDay } from "../../../src/simulator/sessions.ts";
import { createWorkspaces } from "../../../src/simulator/workspaces.ts";
import { sure } from "./support.ts";

const workspaces = createWorkspaces({ seed: 1 });
const workspace = sure(workspaces[0]);
const project = sure(workspace.projects[0]);
const days = Array.from({ length: 400 }, (_, day) => day);
const sessions = days.flatMap((day) => sessionsOfDay(workspace, project, day));

test("sessions lie in working hours, few at weekends", () => {
  for (const { minute } of sessions) expect(minute).toSatisfy((at: number) => at >= 480 && at < 1080);
  const weekend = sessions.filter(({ day }) => isWeekend(day));
  expect(weekend.length).toBeGreaterThan(0);
  expect(weekend.length / sessions.length).toBeLessThan(0.1);
});

test("sessions of a day come by labeler and time", () => {
  const order = sessions.map(({ day, labeler, minute }) => (day * 100 + labeler) * 1440 + minute);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test("boxes alive at the end of a session are no more than were added, no less than the difference", () => {
  for (const { added, removed, net } of sessions) {
    expect(net).toBeLessThanOrEqual(added);
    expect(net).toBeGreaterThanOrEqual(added - removed);
  }
});

test("some sessions clean up, some go back to other people's images", () => {
  expect(sessions.some(({ added, removed }) => removed > added)).toBe(true);
  expect(sessions.some(({ owner, labeler }) => owner !== labeler)).toBe(true);
});

test("no session reaches beyond its day or too far back", () => {
  const size = numbersPerDay(workspace);
  for (const { first, count, day } of sessions) {
    expect(first).toBeGreaterThanOrEqual(Math.max(0, day - REACH_DAYS) * size);
    expect(first + count).toBeLessThanOrEqual((day + 1) * size);
  }
});

test("labelers start to work when they have joined and the project exists", () => {
  const late = workspace.projects.map((each) => days.flatMap((day) => sessionsOfDay(workspace, each, day)));
  late.forEach((made, index) => {
    const created = workspace.projects[index]?.createdOn ?? NaN;
    for (const { day, labeler } of made) {
      expect(day).toBeGreaterThanOrEqual(Math.max(created, workspace.labelers[labeler]?.joinedOn ?? NaN));
    }
  });
});

test("a crowd visits every project once a week", () => {
  const crowd = sure(createWorkspaces({ seed: 1, projects: 20, labelers: 10 })[0]);
  const week = [700, 701, 702, 703, 704, 705, 706];
  const pairs = new Set(
    crowd.projects.flatMap((each) =>
      week.flatMap((day) => sessionsOfDay(crowd, each, day).map(({ labeler }) => `${each.index}/${labeler}`)),
    ),
  );
  expect(pairs.size).toBeGreaterThan(180);
});
