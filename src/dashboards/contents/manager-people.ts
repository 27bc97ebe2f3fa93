import { ROW } from "../../sources/metric-names.ts";
import type { KeyColumn } from "../panels/table.ts";
import { toLabeler } from "../links.ts";
import { pairs, SYSTEM, sumBy, withLabeler, WORKSPACE_SCOPE } from "../promql.ts";
import { inWindow } from "../selectors.ts";
import { inChosenTeams } from "../teams.ts";

/** What identifies a person. */
export const BY_PERSON = "workspace, labeler";

/** The people of a table: their names open the person. */
export const PERSON_KEYS: readonly KeyColumn[] = [
  { label: "labeler_name", heading: "Labeler", width: 225, links: toLabeler("row") },
  { label: "team", heading: "Team", width: 90 },
  { label: "workspace", heading: "Workspace", width: 120 },
  { label: "labeler" },
];

/** Names and teams to a person's number. */
export function namedPerson(expr: string): string {
  return withLabeler(expr, "labeler_name, team");
}

/** Images of each labeler in a window, all projects together. */
export function imagesIn(window: string): string {
  return sumBy(BY_PERSON, pairs(ROW.imagesLabeled, WORKSPACE_SCOPE, window));
}

/** A row of the API summed by labeler, as it was known so many weeks ago. */
export function weeksAgo(weeks: number, metric: string, window: string): string {
  if (weeks === 0) return sumBy(BY_PERSON, pairs(metric, WORKSPACE_SCOPE, window));
  const then = `last_over_time(${inWindow(metric, WORKSPACE_SCOPE, window)}${moment(weeks)})`;
  return sumBy(BY_PERSON, `max by (workspace, project, labeler) (${then})`);
}

/** The hour before the same time of day, so many weeks ago: samples that were loaded later are an hour apart. */
export function moment(weeks: number): string {
  return weeks === 0 ? "[1h]" : `[1h] offset ${String(7 * weeks)}d`;
}

/** For sums: without system labelers, but with the labeler that stands for several people. */
export function workOfTeams(expr: string): string {
  return inChosenTeams(`(${expr} unless on (${BY_PERSON}) ${SYSTEM})`);
}
