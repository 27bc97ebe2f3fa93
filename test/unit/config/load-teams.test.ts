import { expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load.ts";
import { type BadCase, problemsOf, sourcesOf } from "../../support/configurations.ts";

function teamsOf(yaml: string): Readonly<Record<string, string>> {
  return Object.fromEntries(loadConfig(sourcesOf({ yaml })).people.teams);
}

test("each labeler has the team that lists the id", () => {
  expect(teamsOf("people: {teams: {Acme: [u1, u2], Night Shift: [u3]}}")).toEqual({
    u1: "Acme",
    u2: "Acme",
    u3: "Night Shift",
  });
});

test.each(["", "people: {names: true}", "people: {teams: }", "people: {teams: {}}"])("%s gives no teams", (yaml) => {
  expect(teamsOf(yaml)).toEqual({});
});

const NAME = "a".repeat(129);

const CASES: readonly BadCase[] = [
  {
    name: "teams that are a list",
    yaml: "people: {teams: [Acme]}",
    problems: ["people.teams: […] is not a mapping; write each team and the ids of its labelers, like Acme: [u7Jq2]"],
  },
  {
    name: "a team that is not a list",
    yaml: "people: {teams: {Acme: u1}}",
    problems: ['people.teams.Acme: "u1" is not a list; write it like [a, b], or remove it'],
  },
  {
    name: "a team without labelers",
    yaml: "people: {teams: {Acme: []}}",
    problems: ["people.teams.Acme: [] is empty; list the ids of the team's labelers, or remove the team"],
  },
  {
    name: "an id that is a number",
    yaml: "people: {teams: {Acme: [007]}}",
    problems: ["people.teams.Acme[0]: 007 is not text; put it in quotes"],
  },
  {
    name: "an id that is empty",
    yaml: 'people: {teams: {Acme: [u1, ""]}}',
    problems: ['people.teams.Acme[1]: "" is empty; give a value or remove it'],
  },
  {
    name: "an id twice in one team",
    yaml: "people: {teams: {Acme: [u1, u1]}}",
    problems: ['people.teams.Acme[1]: "u1" is given twice; remove one of them'],
  },
  {
    name: "an id in two teams",
    yaml: "people: {teams: {Acme: [u1, u2], Night Shift: [u3, u2]}}",
    problems: [
      'people.teams["Night Shift"][1]: "u2" stands at people.teams.Acme[1] too; a labeler has one team, remove one of them',
    ],
  },
  {
    name: "a flawed team and an id in two others",
    yaml: "people: {teams: {A: [5], B: [u1], C: [u1]}}",
    problems: [
      "people.teams.A[0]: 5 is not text; put it in quotes",
      'people.teams.C[0]: "u1" stands at people.teams.B[0] too; a labeler has one team, remove one of them',
    ],
  },
  {
    name: "names that are empty, have white space around them, or are too long",
    yaml: `people: {teams: {"": [u1], " Acme": [u2], ${NAME}: [u3]}}`,
    problems: [
      'people.teams[""]: is a team without a name; give it one',
      'people.teams[" Acme"]: is a team with white space around its name; remove it',
      `people.teams.${NAME}: is longer than 128 characters; use a shorter name for the team`,
    ],
  },
];

test.each(CASES)("refuses $name", ({ problems, ...given }) => {
  expect(problemsOf(given)).toEqual(problems);
});
