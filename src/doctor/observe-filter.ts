import type { ListedProject } from "../roboflow/workspaces.ts";
import type { Stats } from "../sources/insights/fields.ts";
import type { DateRange } from "../calendar/windows.ts";
import type { Asker } from "./asker.ts";
import { projectsBrought } from "./judge-filter.ts";
import type { ProjectFilter, Reply } from "./observations.ts";

/** Most requests that {@link observeFilter} makes, with the list of projects. */
export const FILTER_REQUESTS = 3;

/** A listed project that has rows beside other projects': only with it can be seen what a filter does. */
function findProject(
  projects: readonly ListedProject[],
  stats: Stats,
): { readonly project: ListedProject; readonly id: string } | undefined {
  if (new Set(stats.rows.map(({ project }) => project)).size < 2) return undefined;
  for (const [id, { name }] of stats.projects) {
    const named = projects.filter((project) => name !== undefined && project.name === name);
    // Names are not unique: two projects of one name tell nothing.
    if (named.length === 1 && named[0] && stats.rows.some((row) => row.project === id))
      return { project: named[0], id };
  }
  return undefined;
}

/** Filters the days by a project's slug, and by its id when that does not bring it alone. */
export async function observeFilter(
  asker: Asker,
  projects: Reply<readonly ListedProject[]>,
  days: DateRange,
  recent: Stats,
): Promise<ProjectFilter | undefined> {
  const found = "value" in projects ? findProject(projects.value, recent) : undefined;
  if (!found) return undefined;
  const bySlug = await asker.stats(days, found.project.slug);
  const isHonoured = projectsBrought(bySlug, found.id) === "that project alone";
  return { ...found, bySlug, byId: isHonoured ? undefined : await asker.stats(days, found.id) };
}
