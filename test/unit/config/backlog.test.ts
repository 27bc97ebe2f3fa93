import { expect, test } from "vitest";
import { FILE_KEYS, isOverride, knownKeysIn } from "../../../src/config/keys.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { problemsOf, sourcesOf } from "../../support/configurations.ts";

const DEFAULT = { intervalSeconds: 3600, maxProjects: 50, maxJobs: 100, maxClasses: undefined };

function backlogOf(written: string) {
  const yaml = `workspaces: [{api_key: key-of-one${written === "" ? "" : `, ${written}`}}]`;
  return loadConfig(sourcesOf({ yaml, env: {} })).workspaces.map(({ backlog, deadlines }) => [
    backlog,
    ...(deadlines.size > 0 ? [deadlines] : []),
  ])[0];
}

test.each([
  ["", undefined],
  ["backlog: false", undefined],
  ["backlog:", undefined],
  ["backlog: true", DEFAULT],
  ["backlog: {}", DEFAULT],
  ["backlog: {interval: 20m}", { ...DEFAULT, intervalSeconds: 1200 }],
  ["backlog: {annotations: true}", { ...DEFAULT, maxClasses: 50 }],
  ["backlog: {annotations: false, max_classes: 7}", DEFAULT],
  [
    "backlog: {interval: 1d, max_projects: 1000, max_jobs: 1, annotations: true, max_classes: 7}",
    { intervalSeconds: 86_400, maxProjects: 1000, maxJobs: 1, maxClasses: 7 },
  ],
  ["projects: [a], backlog: true", DEFAULT],
])("%j is on with its settings, or off", (written, backlog) => {
  expect(backlogOf(written)).toEqual([backlog]);
});

test("takes deadlines by slug", () => {
  expect(backlogOf('backlog: true, deadline: {cells: 2026-12-24, "007": 2027-02-28}')).toEqual([
    DEFAULT,
    new Map([
      ["cells", "2026-12-24"],
      ["007", "2027-02-28"],
    ]),
  ]);
});

const of = (written: string) => `workspaces: [{api_key: key-of-one, ${written}}]`;
const NEITHER = "is neither true nor false nor a mapping; write true, or its keys below it";

test.each([
  ["backlog: yes please", [`workspaces[0].backlog: "yes please" ${NEITHER}`]],
  ["backlog: 1", [`workspaces[0].backlog: 1 ${NEITHER}`]],
  ["backlog: [true]", [`workspaces[0].backlog: […] ${NEITHER}`]],
  [
    "backlog: {intervall: 1h, legacy: true}",
    [
      'workspaces[0].backlog.intervall: is not a known key; did you mean "interval"?',
      "workspaces[0].backlog.legacy: is not a known key; valid names: interval, max_projects, max_jobs, annotations, max_classes",
    ],
  ],
  [
    "backlog: {interval: 7m, max_projects: 0, max_jobs: 1001, annotations: 1, max_classes: many}",
    [
      'workspaces[0].backlog.interval: "7m" does not divide an hour or a day evenly; use 6m or 10m',
      "workspaces[0].backlog.max_projects: 0 is not an integer from 1 to 1000; use one in that range",
      "workspaces[0].backlog.max_jobs: 1001 is not an integer from 1 to 1000; use one in that range",
      "workspaces[0].backlog.annotations: 1 is not true or false; write one of them, without quotes",
      'workspaces[0].backlog.max_classes: "many" is not an integer from 1 to 1000; use one in that range',
    ],
  ],
  [
    "labelers: [u1], backlog: {interval: 1h}",
    [
      "workspaces[0].backlog: {…} cannot be combined with the labelers filter, because what is left of a project is everyone's; remove one of them",
    ],
  ],
  [
    "deadline: {cells: 2026-12-24}",
    ["workspaces[0].deadline: {…} needs the projects that are left to label; set backlog: true, or remove it"],
  ],
  [
    "backlog: false, deadline: {cells: 2026-12-24}",
    ["workspaces[0].deadline: {…} needs the projects that are left to label; set backlog: true, or remove it"],
  ],
  ["backlog: {interval: soon}, deadline: {cells: 2026-12-24}", [/^workspaces\[0\]\.backlog\.interval: "soon" /]],
  ["backlog: 1, deadline: {cells: 2026-12-24}", [`workspaces[0].backlog: 1 ${NEITHER}`]],
  [
    "backlog: true, deadline: {cells: 2026-02-30, roots: 3026-01-01}",
    [
      'workspaces[0].deadline.cells: "2026-02-30" is not a day of the calendar; write it as 2026-12-25',
      'workspaces[0].deadline.roots: "3026-01-01" is not a day of this century; write it as 2026-12-25',
    ],
  ],
  [
    "backlog: true, deadline: {acme/leaves: 2026-12-24}",
    [
      'workspaces[0].deadline["acme/leaves"]: "2026-12-24" has a name that holds more than the project\'s slug; write leaves',
    ],
  ],
  [
    "backlog: true, deadline: 2026-12-24",
    [
      'workspaces[0].deadline: "2026-12-24" is not a mapping; write each project\'s slug and day below it, like cells: 2026-12-24',
    ],
  ],
])("%j is refused", (written, problems) => {
  const found = problemsOf({ yaml: of(written), env: {} });
  const wanted = problems.map((one): unknown =>
    typeof one === "string" ? one : (expect.stringMatching(one) as unknown),
  );
  expect(found).toEqual(wanted);
});

test("its keys are keys of a workspace alone, not of the top level", () => {
  const rows = FILE_KEYS.filter(({ path }) => path.includes("backlog"));
  expect(rows.filter(isOverride)).toEqual([]);
  expect(rows.map(({ path }) => path)).toContain("workspaces[].backlog.max_jobs");
  expect(FILE_KEYS.filter(isOverride).map(({ path }) => path)).toContain("workspaces[].poll.interval");
  expect(knownKeysIn("workspaces[]")).toContain("backlog");
});
