import { HEALTH } from "../rules/series.ts";
import { INFO, ROW, WORKSPACE } from "../sources/metric-names.ts";
import { nameOf } from "./recorded.ts";
import { inWindow, select, type Matchers } from "./selectors.ts";

/** Matchers of the dashboards' variables. */
export const WORKSPACE_SCOPE = { workspace: '=~"$workspace"' } as const;
export const PROJECT_SCOPE = { ...WORKSPACE_SCOPE, project: '=~"$project"' } as const;
export const LABELER_SCOPE = { ...WORKSPACE_SCOPE, labeler: '=~"$labeler"' } as const;

/** The window that the reader chose. */
export const CHOSEN = "$window";

/** The end of the time range, which a range query in steps of a day does not reach: its last step is midnight. */
export const RANGE_END = "${__to:date:seconds}";

/**
 * One series per workspace, project and labeler. `max` takes job, instance and pod away, so that two replicas of
 * the exporter count once.
 */
export function pairs(metric: string, matchers: Matchers, window: string): string {
  return `max by (workspace, project, labeler) (${inWindow(metric, matchers, window)})`;
}

export function sumBy(labels: string, expr: string): string {
  return `sum by (${labels}) (${expr})`;
}

/** A ratio that has no value, rather than NaN, where the denominator is 0. */
export function share(numerator: string, denominator: string): string {
  return `${numerator} / (${denominator} > 0)`;
}

/** Names by id: the recorded ones, which tell people of one name apart, else those of the exporter. */
export function namesOf(id: "labeler" | "project"): string {
  const own = `max by (workspace, ${id}, ${id}_name) (${select(INFO[id], WORKSPACE_SCOPE)})`;
  return `(${nameOf(id, WORKSPACE_SCOPE)} or on (workspace, ${id}) ${own})`;
}

/** {@link namesOf} as they are at the end of the time range: one for each id, so that a rename does not split a line. */
export function namesAtEnd(id: "labeler" | "project"): string {
  const latest = (names: string, range: string) =>
    `topk by (workspace, ${id}) (1, max by (workspace, ${id}, ${id}_name) (last_over_time(${names}[${range}] @ ${RANGE_END})))`;
  const own = latest(select(INFO[id], WORKSPACE_SCOPE), "1d");
  return `(${latest(nameOf(id, WORKSPACE_SCOPE), "1h")} or on (workspace, ${id}) ${own})`;
}

/** Workspaces of which the configuration shows some projects or some labelers only: 1, else nothing. */
export const FILTERED = `(max by (workspace) (${select(HEALTH.filtered, WORKSPACE_SCOPE)}) == 1)`;

/**
 * 0 where the window is known, for a count that would else have no value when there is nothing to count. Under a filter
 * the API's totals are missing, and there may be no row either.
 */
export function zeroIfKnown(window: string): string {
  const counted = (metric: string) => `count(${inWindow(metric, WORKSPACE_SCOPE, window)})`;
  return `0 * (${counted(WORKSPACE.imagesLabeled)} or ${counted(ROW.imagesLabeled)} or count(${FILTERED}))`;
}

/** Workspaces of which the window is known. It may be that no one has worked today, which a filter does not let the API say. */
export function knownWindow(window: string): string {
  const known = [WORKSPACE.imagesLabeled, ROW.imagesLabeled].map((metric) => inWindow(metric, WORKSPACE_SCOPE, window));
  const today = window === "today" ? [FILTERED] : [];
  return `max by (workspace) (${[...known, ...today].join(" or ")})`;
}

/** Leaves system labelers (auto label) out. Every panel that lists, counts or judges people does. */
export function people(expr: string): string {
  return `(${expr} unless on (workspace, labeler) ${SYSTEM})`;
}

/** The system labelers of the chosen workspaces. */
export const SYSTEM = `max by (workspace, labeler) (${select(INFO.labeler, { ...WORKSPACE_SCOPE, kind: '="system"' })})`;

/** Adds the label `project_name`. */
export function withProject(expr: string): string {
  return `(${expr}) * on (workspace, project) group_left (project_name) ${namesOf("project")}`;
}

/** Adds the label `labeler_name`, and `team` for the tables that show it. */
export function withLabeler(expr: string, labels: "labeler_name" | "labeler_name, team" = "labeler_name"): string {
  return `(${expr}) * on (workspace, labeler) group_left (${labels}) ${namesOf("labeler")}`;
}

/** Adds both names. */
export function withNames(expr: string): string {
  return withProject(withLabeler(expr));
}

/** {@link withProject} over a time range, with the names of its end. */
export function withProjectAtEnd(expr: string): string {
  return `(${expr}) * on (workspace, project) group_left (project_name) ${namesAtEnd("project")}`;
}
