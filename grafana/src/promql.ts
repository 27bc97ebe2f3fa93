import { INFO, WORKSPACE } from "./metric-names.ts";

/** A set of label matchers, for example `{ workspace: '=~"$workspace"' }`. */
export type Matchers = Readonly<Record<string, string>>;

/** Matchers of the dashboards' variables. */
export const WORKSPACE_SCOPE = { workspace: '=~"$workspace"' } as const;
export const PROJECT_SCOPE = { ...WORKSPACE_SCOPE, project: '=~"$project"' } as const;
export const LABELER_SCOPE = { ...PROJECT_SCOPE, labeler: '=~"$labeler"' } as const;

/** The window that the reader chose. */
export const CHOSEN = "$window";

export function select(metric: string, matchers: Matchers): string {
  const inner = Object.entries(matchers).map(([label, matcher]) => label + matcher);
  return `${metric}{${inner.join(",")}}`;
}

/** A windowed metric: it names exactly one window, always. */
export function inWindow(metric: string, matchers: Matchers, window: string): string {
  return select(metric, { ...matchers, window: `="${window}"` });
}

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

export const PROJECT_NAMES = `max by (workspace, project, project_name) (${select(INFO.project, WORKSPACE_SCOPE)})`;
export const LABELER_NAMES = `max by (workspace, labeler, labeler_name) (${select(INFO.labeler, WORKSPACE_SCOPE)})`;

/** 0 where the window is known, for a count that would else have no value when there is nothing to count. */
export function zeroIfKnown(window: string): string {
  return `0 * count(${inWindow(WORKSPACE.imagesLabeled, WORKSPACE_SCOPE, window)})`;
}

/** Adds the label `project_name`. */
export function withProject(expr: string): string {
  return `(${expr}) * on (workspace, project) group_left (project_name) ${PROJECT_NAMES}`;
}

/** Adds the label `labeler_name`. */
export function withLabeler(expr: string): string {
  return `(${expr}) * on (workspace, labeler) group_left (labeler_name) ${LABELER_NAMES}`;
}

/** Adds both names. */
export function withNames(expr: string): string {
  return withProject(withLabeler(expr));
}
