import * as series from "../../src/rules/series.ts";
import { imagesOf } from "../../src/rules/output-series.ts";
import { NAMES } from "../../src/rules/names.ts";
import type { Level } from "../../src/rules/promql.ts";
import { inWindow, select, type Matchers } from "./selectors.ts";

/** Series of the recording rules in prometheus/rules that the dashboards build on, selected for the reader's choice. */

export function approvedShareOf(level: Level, matchers: Matchers, window: string): string {
  return inWindow(series.bare(series.shareOf(level, window)), matchers, window);
}

export function decisionsOf(level: Level, matchers: Matchers, window: string): string {
  return inWindow(series.bare(series.reviewedOf(level, window)), matchers, window);
}

/** One end of the 95 % interval of the approved share; days that differ by more than chance make it wider. */
export function intervalOf(level: Level, end: series.IntervalEnd, matchers: Matchers, window: string): string {
  return inWindow(series.bare(series.intervalOf(level, end, window)), matchers, window);
}

/** The share that the past of a person, project or workspace lets expect. */
export function expectedOf(level: Level, matchers: Matchers, window: string): string {
  return inWindow(series.bare(series.expectedOf(level, window)), matchers, window);
}

/** How strong the evidence is that a share fell, in standard deviations; absent without a fall. */
export function fallEvidenceOf(level: Level, matchers: Matchers): string {
  return select(series.evidenceOf(level, "fall"), matchers);
}

/** The target of a project; of a labeler or workspace, those of its projects weighed by decisions. */
export function targetOf(level: Level, matchers: Matchers, window: string): string {
  const target = series.targetOf(level, window);
  if (target !== series.PROJECT_TARGET) return inWindow(series.bare(target), matchers, window);
  const ofProject = Object.entries(matchers).filter(([label]) => label !== "labeler");
  return select(target, Object.fromEntries(ofProject));
}

/** Images that people labeled, system labelers left out. */
export function imagesByPeople(level: "labeler" | "project" | "workspace", matchers: Matchers, window: string): string {
  return inWindow(series.bare(imagesOf(level, window)), matchers, window);
}

/** One name for each id; where several ids share a name, the end of the id stands behind it. */
export function nameOf(id: "labeler" | "project", matchers: Matchers): string {
  return select(NAMES[id], matchers);
}
