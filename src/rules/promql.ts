import { OTHER_LABELER } from "../metrics/labeler-labels.ts";

/** Labels that identify one unit of each level. */
export const LEVELS = {
  workspace: "workspace",
  project: "workspace, project",
  labeler: "workspace, labeler",
  project_labeler: "workspace, project, labeler",
} as const;

export type Level = keyof typeof LEVELS;

/** A metric in exactly one window. */
export function inWindow(metric: string, window: string): string {
  return `${metric}{window="${window}"}`;
}

const [NOT_OTHER, OF_PEOPLE] = [`labeler!="${OTHER_LABELER}"`, ["labeler", "project_labeler"]];

/** Without the labeler that stands for several people: it is no one who could be idle, or whose approval could fall. */
export function ofPersons(level: Level, series: string): string {
  if (!OF_PEOPLE.includes(level)) return series;
  return series.includes("{") ? series.replace("{", `{${NOT_OTHER},`) : `${series}{${NOT_OTHER}}`;
}

/** One series per unit: `max` takes job, instance and pod away, so that replicas count once. */
export function once(level: Level, selector: string): string {
  return `max by (${LEVELS[level]}) (${selector})`;
}

export function sum(level: Level, expr: string): string {
  return `sum by (${LEVELS[level]}) (${expr})`;
}

/** A sum whose result keeps the window. */
export function sumOfWindow(level: Level, expr: string): string {
  return `sum by (${LEVELS[level]}, window) (${expr})`;
}

export function on(level: Level): string {
  return `on (${LEVELS[level]})`;
}

/** Lines, each one step to the right. */
export function indented(expr: string): string {
  return expr.replaceAll(/^(?=.)/gm, "  ");
}

/** An expression in parentheses of its own lines. */
export function block(expr: string): string {
  return `(\n${indented(expr)}\n)`;
}
