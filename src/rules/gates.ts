import { HEALTH_METRICS } from "../exposition/health.ts";
import { WORKSPACE } from "../sources/metric-names.ts";
import { inWindow, on } from "./promql.ts";

/** What a workspace is filtered by in the exporter's configuration. */
export type Filter = "project" | "labeler";

const filtered = (by: Filter) => `${HEALTH_METRICS.filtered.name}{by="${by}"} == 1`;

/**
 * Leaves out workspaces whose filter would make the sentence false: under a filter by project a person's work elsewhere
 * is not seen, under one by labeler the work of others.
 */
export function unlessFiltered(...by: readonly Filter[]): string {
  const conditions = by.map(filtered).join("\n  or\n  ");
  return `unless ${on("workspace")}\n(\n  ${conditions}\n)`;
}

/** Workspaces whose window is polled at all: who did nothing in it has no series. */
export function polled(window: string): string {
  return `and ${on("workspace")}
(
  ${inWindow(WORKSPACE.imagesLabeled, window)}
  or ${on("workspace")}
  (
    ${filtered("project")}
    unless ${on("workspace")}
    ${HEALTH_METRICS.stale.name} == 1
  )
)`;
}
