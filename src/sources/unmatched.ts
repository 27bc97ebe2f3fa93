import type { LabelerInfo, ProjectInfo } from "../answers/names.ts";
import type { PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import { nearest } from "../nearest.ts";
import { DEFAULTS } from "../config/settings.ts";

/** Settings that name things of the API, each with advice for names that match nothing. */
export const NAMING_SETTINGS = {
  projects: "give slugs of this workspace's projects, from app.roboflow.com/<workspace>/<project>",
  labelers: "give ids of labelers who have worked, as the label labeler shows them without hashing",
  approval_target: "give ids or exact names of projects, as roboflow_project_info shows them",
  "people.system":
    "give names of labelers who have worked, or their ids as the label labeler shows them without hashing",
  "people.teams": "give ids of labelers who have worked, as the label labeler shows them without hashing",
  "calendar.leave": "give ids of labelers who have worked, as the label labeler shows them without hashing",
  deadline: "give slugs of this workspace's projects, from app.roboflow.com/<workspace>/<project>",
} as const;

export type NamingSetting = keyof typeof NAMING_SETTINGS;

const SHARED: readonly NamingSetting[] = ["people.system", "people.teams", "calendar.leave"];

/** Those that are looked for in the statistics; deadlines are looked for in the list of projects. */
type StatisticsSetting = Exclude<NamingSetting, "deadline">;

const OF_PEOPLE: readonly NamingSetting[] = ["labelers", ...SHARED];

/** Whether a setting names people, or programs that work like people. */
export function namesPeople(setting: NamingSetting): boolean {
  return OF_PEOPLE.includes(setting);
}

/** Whether a setting may hold for several workspaces, so that any of them may have what it names. */
export function isShared(setting: NamingSetting): boolean {
  return SHARED.includes(setting);
}

/** Names of one setting that nothing in any window of a good poll matched; none when all of them matched. */
export interface Unmatched {
  readonly setting: NamingSetting;
  readonly names: readonly string[];
  /** Similar names of the API, which may have been meant; for the first few of {@link names}. */
  readonly near: readonly string[];
}

interface Polled {
  readonly workspace: string;
  readonly hasOtherShards?: boolean;
  readonly sources: ReadonlyMap<string, { readonly data: { readonly unmatched?: readonly Unmatched[] } | undefined }>;
}

interface Found {
  readonly all: readonly Unmatched[];
  /** Of the statistics; undefined until they have been searched. */
  readonly inStatistics: readonly Unmatched[] | undefined;
}

/** By the sources of a state, which never change: every poll asks all workspaces. */
const found = new WeakMap<Polled["sources"], Found>();

function findIn(sources: Polled["sources"]): Found {
  const lists = [...sources.values()].flatMap(({ data }) => (data?.unmatched ? [data.unmatched] : []));
  const ofStatistics = lists.filter((one) => !one.some(({ setting }) => setting === "deadline"));
  return { all: lists.flat(), inStatistics: ofStatistics.length === 0 ? undefined : ofStatistics.flat() };
}

function foundBy({ sources }: Polled): Found {
  const known = found.get(sources) ?? findIn(sources);
  found.set(sources, known);
  return known;
}

/** Names of a setting that matched in no workspace that has it; undefined while a workspace has no good poll. */
function sharedNames(all: readonly (readonly Unmatched[] | undefined)[], of: NamingSetting) {
  if (all.includes(undefined)) return undefined;
  const lists = all.flatMap((unmatched) => unmatched?.find(({ setting }) => setting === of) ?? []);
  const [first, ...others] = lists.map(({ names }) => new Set(names));
  return first && new Set([...first].filter((name) => others.every((names) => names.has(name))));
}

/**
 * What each workspace's last good poll matched nothing for, by workspace. Settings that may hold for several
 * workspaces name what any of them may have: their names are unmatched where no workspace has them. Where others are polled
 * by other shards, that is not known.
 */
export function unmatchedBy(states: readonly Polled[]): ReadonlyMap<string, readonly Unmatched[]> {
  const all = states.map((state) => foundBy(state).inStatistics);
  const isPart = states.some(({ hasOtherShards }) => hasOtherShards === true);
  const sharedBy = new Map(SHARED.map((setting) => [setting, isPart ? undefined : sharedNames(all, setting)]));
  const of = (unmatched: readonly Unmatched[]) =>
    unmatched.flatMap((one) => {
      if (!isShared(one.setting)) return [one];
      const shared = sharedBy.get(one.setting);
      return shared ? [{ ...one, names: one.names.filter((name) => shared.has(name)) }] : [];
    });
  return new Map(states.map((state) => [state.workspace, of(foundBy(state).all)]));
}

const MAX_SHOWN = 10;

/** As text: `approval_target: "Seal pubs" matched nothing in any window; …`. */
export function unmatchedText({ setting, names, near }: Unmatched): string {
  const shown = names.slice(0, MAX_SHOWN).map((name) => JSON.stringify(name));
  const rest = names.length > MAX_SHOWN ? ` and ${names.length - MAX_SHOWN} more` : "";
  const meant = near.length > 0 ? `; did you mean ${near.map((name) => JSON.stringify(name)).join(", ")}?` : "";
  const where = setting === "deadline" ? "" : " in any window";
  return `${setting}: ${shown.join(", ")}${rest} matched nothing${where}; ${NAMING_SETTINGS[setting]}${meant}`;
}

/** The settings that name things, and who counts as a program. */
export type NamingConfig = Pick<WorkspaceConfig, "projects" | "labelers" | "approvalTarget" | "calendar"> &
  Pick<PeopleConfig, "system" | "teams">;

/** What the answers of a good poll know, in all windows together. */
export interface KnownNames {
  readonly projects: ReadonlyMap<string, ProjectInfo>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
}

/** Similar names are searched among so many names, for so many: every poll does it. */
const MAX_KNOWN = 2000;
const MAX_NEAR = 5;

function nearNames(names: readonly string[], known: readonly string[]): string[] {
  const some = known.slice(0, MAX_KNOWN);
  return [...new Set(names.slice(0, MAX_NEAR).flatMap((name) => nearest(name, some) ?? []))];
}

function namesOf(infos: ReadonlyMap<string, { readonly name: string | undefined }>): string[] {
  return [...infos.values()].flatMap(({ name }) => name ?? []);
}

/** The names that each setting gives. */
function givenNames(config: NamingConfig): Readonly<Record<StatisticsSetting, readonly string[]>> {
  const { projects, labelers, approvalTarget, calendar, system, teams } = config;
  return {
    projects,
    labelers,
    approval_target: [...approvalTarget.projects.keys()],
    // The default ones are not a mistake in workspaces where they have not worked.
    "people.system": system.filter((id) => !DEFAULTS.people.system.includes(id)),
    "people.teams": [...teams.keys()],
    "calendar.leave": [...(calendar?.leave.keys() ?? [])],
  };
}

/** What a name of each setting can match. */
function matchers({ projects, labelers }: KnownNames, filled: ReadonlySet<string>) {
  const names = { project: new Set(namesOf(projects)), labeler: new Set(namesOf(labelers)) };
  return {
    projects: (name) => filled.has(name),
    labelers: (name) => labelers.has(name),
    approval_target: (name) => projects.has(name) || names.project.has(name),
    "people.system": (name) => labelers.has(name) || names.labeler.has(name),
    "people.teams": (name) => labelers.has(name),
    "calendar.leave": (name) => labelers.has(name),
  } satisfies Readonly<Record<StatisticsSetting, (name: string) => boolean>>;
}

function isStatisticsSetting(name: string): name is StatisticsSetting {
  return Object.hasOwn(NAMING_SETTINGS, name) && name !== "deadline";
}

const SETTINGS = Object.keys(NAMING_SETTINGS).filter(isStatisticsSetting);

/**
 * The slugs with a deadline that no project of a good poll has; undefined where there are no deadlines.
 * @param known slugs of the projects that were read
 */
export function unmatchedDeadlines(
  { deadlines }: Pick<WorkspaceConfig, "deadlines">,
  known: readonly string[],
): readonly Unmatched[] | undefined {
  if (deadlines.size === 0) return undefined;
  const names = [...deadlines.keys()].filter((slug) => !known.includes(slug));
  return [{ setting: "deadline", names, near: nearNames(names, known) }];
}

/**
 * The names that matched nothing in a good poll, for each setting that gives names.
 * @param filled slugs of the projects whose filter brought rows: answers know projects by their ids
 */
export function unmatchedNames(
  config: NamingConfig,
  known: KnownNames,
  filled: ReadonlySet<string>,
): readonly Unmatched[] {
  const given = givenNames(config);
  const matches = matchers(known, filled);
  return SETTINGS.filter((setting) => given[setting].length > 0).map((setting) => {
    const names = given[setting].filter((name) => !matches[setting](name));
    return { setting, names, near: setting === "approval_target" ? nearNames(names, namesOf(known.projects)) : [] };
  });
}
