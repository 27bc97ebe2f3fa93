import { MEMBERS } from "../rules/teams.ts";
import { INFO } from "../sources/metric-names.ts";
import type { PanelDefinition } from "./model.ts";
import { people, WORKSPACE_SCOPE } from "./promql.ts";
import { select } from "./selectors.ts";

/** Which people a panel is about: takes the others out of an expression. */
export type Choose = (expr: string) => string;

/** People of teams that are not chosen. With all teams chosen that is no one, so people without a team stay. */
const OTHERS = `max by (workspace, labeler) (${select(INFO.labeler, { ...WORKSPACE_SCOPE, team: '!~"$team"' })})`;

/** Leaves out who is not in a chosen team: for dashboards with the variable `team`. */
export function inChosenTeams(expr: string): string {
  return `(${expr} unless on (workspace, labeler) ${OTHERS})`;
}

/** {@link people} of the chosen teams. */
export function peopleOfTeams(expr: string): string {
  return people(inChosenTeams(expr));
}

/** Something of people, summed by team; who has no team is left out. */
export function sumByTeam(expr: string): string {
  return `sum by (workspace, team) (${expr} * on (workspace, labeler) group_left (team) ${MEMBERS})`;
}

/** Said in panels of people that follow the variable `team`. */
export const TEAM_NOTE = "Of the chosen teams.";

/** A panel that follows the variable on this dashboard, and says so. */
export function following(panel: PanelDefinition): PanelDefinition {
  return { ...panel, description: `${TEAM_NOTE} ${panel.description}` };
}
