import type { ListedJob } from "./fields.ts";

/** Which id each project has. Jobs that name several, or one that another project has too, say nothing. */
export interface Identities {
  /** Opaque ids by slug. */
  readonly ids: ReadonlyMap<string, string>;
  /** Slugs of the projects whose jobs may be those of others. */
  readonly contested: ReadonlySet<string>;
}

/** Everything that a project's jobs give as its id. A slug in its place is not an id: the statistics have opaque ones. */
function idsIn(slug: string, jobs: readonly ListedJob[]): ReadonlySet<string> {
  const given = jobs.flatMap(({ project }) => project ?? []);
  return new Set(given.filter((id) => id !== slug && !id.includes("/")));
}

/**
 * The ids of projects, as their own jobs give them. `GET /{workspace}` knows slugs, the statistics know ids, and no answer
 * has both: a project's jobs are asked for by its slug and name its id.
 */
export function identify(jobsOf: ReadonlyMap<string, readonly ListedJob[]>): Identities {
  const given = [...jobsOf].map(([slug, jobs]) => [slug, [...idsIn(slug, jobs)]] as const);
  const owners = new Map<string, number>();
  for (const id of given.flatMap(([, ids]) => ids)) owners.set(id, (owners.get(id) ?? 0) + 1);
  const isContested = (ids: readonly string[]) => ids.length > 1 || ids.some((id) => (owners.get(id) ?? 0) > 1);
  return {
    ids: new Map(given.flatMap(([slug, ids]) => (isContested(ids) ? [] : ids.map((id) => [slug, id] as const)))),
    contested: new Set(given.flatMap(([slug, ids]) => (isContested(ids) ? [slug] : []))),
  };
}
