import { expect, test } from "vitest";
import { substituteVariables } from "../support/panel-queries.ts";
import { peopleOfTeams } from "../../src/dashboards/teams.ts";
import { areInstalled } from "../support/installed.ts";
import { promtoolSays } from "../support/promtool-query.ts";

/** The label `team` and the kind of each labeler; one has no info series. */
const LABELERS: Readonly<Record<string, string>> = {
  ann: 'kind="human",team="Acme"',
  bo: 'kind="human",team="Night Shift"',
  cy: 'kind="human"',
  auto: 'kind="system",team="Acme"',
};
const UNNAMED = "new";

const series = [
  ...Object.entries(LABELERS).map(([labeler, labels]) => ({
    series: `roboflow_labeler_info{workspace="w",labeler="${labeler}",${labels}}`,
    values: "1x10",
  })),
  ...[...Object.keys(LABELERS), UNNAMED].map((labeler) => ({
    series: `images{workspace="w",labeler="${labeler}"}`,
    values: "5x10",
  })),
];

test.skipIf(!areInstalled("promtool")).each([
  { chosen: "all teams", team: ".*", people: ["ann", "bo", "cy", UNNAMED] },
  { chosen: "one team", team: "Acme", people: ["ann", UNNAMED] },
  { chosen: "two teams", team: "(Acme|Night Shift)", people: ["ann", "bo", UNNAMED] },
])("with $chosen chosen, people of other teams and system labelers are left out", ({ team, people }) => {
  const expr = substituteVariables(peopleOfTeams("images"), { workspace: ".+", team });
  const samples = people.map((labeler) => ({ labels: `images{workspace="w",labeler="${labeler}"}`, value: 5 }));

  expect(promtoolSays(series, expr, samples)).toContain("SUCCESS");
});
