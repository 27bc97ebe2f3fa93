/** Keys of the configuration that name things of the API, with what to look at when a name matches nothing. */
export const NAMING_SETTINGS = {
  projects: "give slugs of this workspace's projects, from app.roboflow.com/<workspace>/<project>",
  labelers: "give ids of labelers who have worked, as the label labeler shows them without hashing",
  approval_target: "give ids or exact names of projects, as roboflow_project_info shows them",
  "people.system":
    "give names of labelers who have worked, or their ids as the label labeler shows them without hashing",
  "people.teams": "give ids of labelers who have worked, as the label labeler shows them without hashing",
} as const;

export type NamingSetting = keyof typeof NAMING_SETTINGS;

const SHARED: readonly NamingSetting[] = ["people.system", "people.teams"];

/** Whether a setting holds for every workspace, so that any of them may have what it names. */
export function isShared(setting: NamingSetting): boolean {
  return SHARED.includes(setting);
}

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

/** Names of a setting that matched in no workspace; undefined while one of them has no good poll. */
function sharedNames(all: readonly (readonly Unmatched[] | undefined)[], of: NamingSetting) {
  const found = all.map((unmatched) => unmatched?.find(({ setting }) => setting === of)?.names);
  const [first, ...others] = found.flatMap((names) => (names ? [new Set(names)] : []));
  if (!first || others.length + 1 < all.length) return undefined;
  return new Set([...first].filter((name) => others.every((names) => names.has(name))));
}

/**
 * What each workspace's last good poll matched nothing for, by workspace. The settings of `people` hold for all of them:
 * their names are unmatched where no workspace has them.
 */
export function unmatchedBy(states: readonly Polled[]): ReadonlyMap<string, readonly Unmatched[]> {
  const all = states.map(unmatchedOf);
  const sharedBy = new Map(SHARED.map((setting) => [setting, sharedNames(all, setting)]));
  const of = (unmatched: readonly Unmatched[]) =>
    unmatched.flatMap((one) => {
      if (!isShared(one.setting)) return [one];
      const shared = sharedBy.get(one.setting);
      return shared ? [{ ...one, names: one.names.filter((name) => shared.has(name)) }] : [];
    });
  return new Map(states.map(({ workspace }, index) => [workspace, of(all[index] ?? [])]));
}

const MAX_SHOWN = 10;

/** For people: `approval_target: "Seal pubs" matched nothing in any window; …`. */
export function unmatchedText({ setting, names, near }: Unmatched): string {
  const shown = names.slice(0, MAX_SHOWN).map((name) => JSON.stringify(name));
  const rest = names.length > MAX_SHOWN ? ` and ${names.length - MAX_SHOWN} more` : "";
  const meant = near.length > 0 ? `; did you mean ${near.map((name) => JSON.stringify(name)).join(", ")}?` : "";
  return `${setting}: ${shown.join(", ")}${rest} matched nothing in any window; ${NAMING_SETTINGS[setting]}${meant}`;
}
