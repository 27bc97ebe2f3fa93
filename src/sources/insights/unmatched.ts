import type { PeopleConfig, WorkspaceConfig } from "../../config/config.ts";
import { DEFAULTS } from "../../config/settings.ts";
import { nearest } from "../../config/messages.ts";
import type { NamingSetting, Unmatched } from "../unmatched.ts";
import type { WorkspaceStats } from "./stats.ts";

/** What the configuration names. */
export type NamingConfig = Pick<WorkspaceConfig, "projects" | "labelers" | "approvalTarget"> &
  Pick<PeopleConfig, "system" | "teams">;

/** Near names are looked for among so many, for so many: each poll does it. */
const MAX_KNOWN = 2000;
const MAX_NEAR = 5;

function nearNames(names: readonly string[], known: readonly string[]): string[] {
  const some = known.slice(0, MAX_KNOWN);
  return [...new Set(names.slice(0, MAX_NEAR).flatMap((name) => nearest(name, some) ?? []))];
}

/**
 * The names that a good poll found nothing for, for each setting that has any. A name that matches in one window
 * matches.
 * @param filled slugs of the projects whose filter brought rows: answers know projects by their ids
 */
export function unmatchedNames(
  { projects, labelers, approvalTarget, system, teams }: NamingConfig,
  stats: Pick<WorkspaceStats, "projects" | "labelers">,
  filled: ReadonlySet<string>,
): readonly Unmatched[] {
  const projectNames = [...stats.projects.values()].flatMap(({ name }) => name ?? []);
  const labelerNames = new Set([...stats.labelers.values()].flatMap(({ name }) => name ?? []));
  const known: Readonly<Record<NamingSetting, (name: string) => boolean>> = {
    projects: (name) => filled.has(name),
    labelers: (name) => stats.labelers.has(name),
    approval_target: (
      (names) => (name: string) =>
        stats.projects.has(name) || names.has(name)
    )(new Set(projectNames)),
    "people.system": (name) => stats.labelers.has(name) || labelerNames.has(name),
    "people.teams": (name) => stats.labelers.has(name),
  };
  // Those that hold without being named are no mistake where they have not worked.
  const ownSystem = system.filter((id) => !DEFAULTS.people.system.includes(id));
  const given: readonly (readonly [NamingSetting, readonly string[]])[] = [
    ["projects", projects],
    ["labelers", labelers],
    ["approval_target", [...approvalTarget.projects.keys()]],
    ["people.system", ownSystem],
    ["people.teams", [...teams.keys()]],
  ];
  return given.flatMap(([setting, all]) => {
    if (all.length === 0) return [];
    const names = all.filter((name) => !known[setting](name));
    return [{ setting, names, near: setting === "approval_target" ? nearNames(names, projectNames) : [] }];
  });
}
