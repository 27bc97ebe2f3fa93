import type { PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import { DEFAULTS } from "../config/settings.ts";
import { nearest } from "../config/messages.ts";
import type { WorkspaceStats } from "./insights/fields.ts";

/** Keys of the configuration that name things of the API, with what to look at when a name matches nothing. */
export const NAMING_SETTINGS = {
  projects: "give slugs of this workspace's projects, from app.roboflow.com/<workspace>/<project>",
  labelers: "give ids of labelers who have worked, as the label labeler shows them without hashing",
  approval_target: "give ids or exact names of projects, as roboflow_project_info shows them",
  "people.system":
    "give names of labelers who have worked, or their ids as the label labeler shows them without hashing",
} as const;

export type NamingSetting = keyof typeof NAMING_SETTINGS;

/** Names of one setting that nothing in any window of a good poll matched; none when all of them matched. */
export interface Unmatched {
  readonly setting: NamingSetting;
  readonly names: readonly string[];
  /** Names that may have been meant, for the first of {@link names} that are near one. */
  readonly near: readonly string[];
}

interface Polled {
  readonly workspace: string;
  readonly sources: ReadonlyMap<string, { readonly data: { readonly unmatched?: readonly Unmatched[] } | undefined }>;
}

/** What any source of a workspace did not find; undefined where none looked yet. */
function unmatchedOf({ sources }: Polled): readonly Unmatched[] | undefined {
  const found = [...sources.values()].flatMap(({ data }) => (data?.unmatched ? [data.unmatched] : []));
  return found.length === 0 ? undefined : found.flat();
}

/** Names of the system labelers that matched in no workspace; undefined while one of them has no good poll. */
function sharedNames(states: readonly Polled[]): ReadonlySet<string> | undefined {
  const all = states.map((state) => unmatchedOf(state)?.find(({ setting }) => setting === "people.system")?.names);
  const [first, ...others] = all.flatMap((names) => (names ? [new Set(names)] : []));
  if (!first || others.length + 1 < states.length) return undefined;
  return new Set([...first].filter((name) => others.every((names) => names.has(name))));
}

/**
 * What each workspace's last good poll matched nothing for, by workspace. `people.system` holds for all of them: its
 * names are unmatched where no workspace has them.
 */
export function unmatchedBy(states: readonly Polled[]): ReadonlyMap<string, readonly Unmatched[]> {
  const shared = sharedNames(states);
  const of = (unmatched: readonly Unmatched[]) =>
    unmatched.flatMap((one) => {
      if (one.setting !== "people.system") return [one];
      return shared ? [{ ...one, names: one.names.filter((name) => shared.has(name)) }] : [];
    });
  return new Map(states.map((state) => [state.workspace, of(unmatchedOf(state) ?? [])]));
}

const MAX_SHOWN = 10;

/** For people: `approval_target: "Seal pubs" matched nothing in any window; …`. */
export function unmatchedText({ setting, names, near }: Unmatched): string {
  const shown = names.slice(0, MAX_SHOWN).map((name) => JSON.stringify(name));
  const rest = names.length > MAX_SHOWN ? ` and ${names.length - MAX_SHOWN} more` : "";
  const meant = near.length > 0 ? `; did you mean ${near.map((name) => JSON.stringify(name)).join(", ")}?` : "";
  return `${setting}: ${shown.join(", ")}${rest} matched nothing in any window; ${NAMING_SETTINGS[setting]}${meant}`;
}

/** What the configuration names. */
export type NamingConfig = Pick<WorkspaceConfig, "projects" | "labelers" | "approvalTarget"> & {
  readonly system: PeopleConfig["system"];
};

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
  { projects, labelers, approvalTarget, system }: NamingConfig,
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
  };
  // Those that hold without being named are no mistake where they have not worked.
  const ownSystem = system.filter((id) => !DEFAULTS.people.system.includes(id));
  const given: readonly (readonly [NamingSetting, readonly string[]])[] = [
    ["projects", projects],
    ["labelers", labelers],
    ["approval_target", [...approvalTarget.projects.keys()]],
    ["people.system", ownSystem],
  ];
  return given.flatMap(([setting, all]) => {
    if (all.length === 0) return [];
    const names = all.filter((name) => !known[setting](name));
    return [{ setting, names, near: setting === "approval_target" ? nearNames(names, projectNames) : [] }];
  });
}
