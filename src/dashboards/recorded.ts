import * as series from "../rules/series.ts";
import { NAMES } from "../rules/names.ts";
import { LEVELS, type Level } from "../rules/promql.ts";
import { BY_TEAM, ofTeam } from "../rules/teams.ts";
import { inWindow, select, type Matchers } from "./selectors.ts";

/** Series of the recording rules in prometheus/rules that the dashboards build on, selected for the reader's choice. */

/** What decisions are pooled by; teams are there only where the exporter's configuration has some. */
export type Pooled = Level | "team";

/** Labels that identify one unit. */
export function labelsOf(level: Pooled): string {
  return level === "team" ? BY_TEAM : LEVELS[level];
}

/** The series of a level, of teams those made from people's. */
function at(level: Pooled, of: (level: Level) => string): string {
  return series.bare(level === "team" ? ofTeam(of("labeler")) : of(level));
}

export function approvedShareOf(level: Level, matchers: Matchers, window: string): string {
  return inWindow(series.bare(series.shareOf(level, window)), matchers, window);
}

export function decisionsOf(level: Pooled, matchers: Matchers, window: string): string {
  return inWindow(
    at(level, (one) => series.reviewedOf(one, window)),
    matchers,
    window,
  );
}

/** One end of the 95 % interval of the approved share; days that differ by more than chance make it wider. */
export function intervalOf(level: Pooled, end: series.IntervalEnd, matchers: Matchers, window: string): string {
  return inWindow(
    at(level, (one) => series.intervalOf(one, end, window)),
    matchers,
    window,
  );
}

/** The share that the past of a person, project or workspace lets expect. */
export function expectedOf(level: Level, matchers: Matchers, window: string): string {
  return inWindow(series.bare(series.expectedOf(level, window)), matchers, window);
}

/** How strong the evidence is that a share fell, in standard deviations; absent without a fall. */
export function fallEvidenceOf(level: Level, matchers: Matchers): string {
  return select(series.evidenceOf(level, "fall"), matchers);
}

/** The target of a project; of a labeler, team or workspace, those of its projects weighed by decisions. */
export function targetOf(level: Pooled, matchers: Matchers, window: string): string {
  const target = at(level, (one) => series.targetOf(one, window));
  if (target !== series.PROJECT_TARGET) return inWindow(target, matchers, window);
  const ofProject = Object.entries(matchers).filter(([label]) => label !== "labeler");
  return select(target, Object.fromEntries(ofProject));
}

/** Images that people labeled, system labelers left out. */
export function imagesByPeople(level: "labeler" | "project" | "workspace", matchers: Matchers, window: string): string {
  return inWindow(series.bare(series.imagesOf(level, window)), matchers, window);
}

/** One name for each id; where several ids share a name, the end of the id stands behind it. */
export function nameOf(id: "labeler" | "project", matchers: Matchers): string {
  return select(NAMES[id], matchers);
}
