import { expect, test } from "vitest";

import { addDays, FIRST_DAY } from "../../../src/calendar/windows.ts";
import { mix } from "../../../src/simulator/random.ts";
import { byteShare, countReview } from "../../../src/simulator/tally.ts";
import { sessionsOfDay } from "../../../src/simulator/sessions.ts";
import { simulate, stats, sure } from "./support.ts";

function reviewOf(ratio: number) {
  const tally = { reviewed: 0, firstPass: 0, approved: 0, rejected: 0 };
  for (let image = 0; image < 10_000; image++) countReview(tally, mix(5, image), ratio);
  return tally;
}

test("most images are reviewed; good work passes at once and is never rejected", () => {
  const { reviewed, ...rest } = reviewOf(1);
  expect(reviewed / 10_000).toBeCloseTo(0.8, 1);
  expect(rest).toEqual({ firstPass: reviewed, approved: reviewed, rejected: 0 });
});

test("rejection counts events, and what is fixed is approved without being first-pass", () => {
  const { reviewed, firstPass, approved, rejected } = reviewOf(0);
  expect(firstPass).toBe(0);
  expect(rejected / reviewed).toBeCloseTo(1.25, 1);
  expect(approved / reviewed).toBeCloseTo(0.8, 1);
});

test("a byte as a share is from 0 to below 1, of negative numbers too", () => {
  expect([0, 1, 2, 3].map((byte) => byteShare(-1, byte as 0 | 1 | 2 | 3))).toEqual(Array(4).fill(255 / 256));
  expect(byteShare(0x80_00, 1)).toBe(0.5);
});

test("a day of second looks alone has nothing to review", () => {
  const { simulation } = simulate();
  const workspace = sure(simulation.workspaces[0]);
  const project = sure(workspace.projects[0]);
  const days = Array.from({ length: 600 }, (_, day) => day);
  const looks = days.flatMap((day) => sessionsOfDay(workspace, project, day)).filter(({ fresh }) => !fresh);
  const cleanup = sure(looks.find(({ added, removed }) => removed > added));
  const date = addDays(FIRST_DAY, cleanup.day);
  const userId = sure(workspace.labelers[cleanup.labeler]).id;
  const { data } = stats(simulation, { project: project.slug, userId, startDate: date, endDate: date });
  expect(data).toMatchObject([{ approved: 0, rejected: 0, approvalRate: 0, imagesLabeled: cleanup.count }]);
  expect(sure(data[0]).boxesDrawn).toBeLessThan(0);
});
