import type { DateRange } from "../../../calendar/windows.ts";
import type { WorkspaceConfig } from "../../../config/config.ts";
import type { ListedProject } from "../../../roboflow/workspaces.ts";
import { type Judgement, type Reply, oneLine } from "../../checks.ts";
import type { AskStats, StatsAnswer } from "./answers.ts";
import type { Stats } from "../fields.ts";

/** The answers to the project filter, for a project that is not the only one with work. */
export interface ProjectFilter {
  readonly project: ListedProject;
  readonly id: string;
  readonly bySlug: Reply<StatsAnswer>;
  /** Asked when the slug did not bring the project alone. */
  readonly byId: Reply<StatsAnswer> | undefined;
}

/** What a filter by a project can bring. */
type Brought = "that project alone" | "other projects too" | "nothing" | "a refusal" | "no response";

/** The maximum number of requests of {@link observeFilter}. */
export const FILTER_REQUESTS = 2;

const REFUSALS: readonly (number | undefined)[] = [400, 404, 422];

/** What the answer to a filter by the project of this id brought. */
function projectsBrought(reply: Reply<StatsAnswer>, id: string): Brought {
  if ("error" in reply) return REFUSALS.includes(reply.error.status) ? "a refusal" : "no response";
  const { rows } = reply.value.stats;
  if (rows.length === 0) return "nothing";
  return rows.projects.every((project) => project === id) ? "that project alone" : "other projects too";
}

/** A listed project with rows, where other projects have rows too: otherwise a filter shows no effect. */
function findProject(
  projects: readonly ListedProject[],
  stats: Stats,
): Pick<ProjectFilter, "project" | "id"> | undefined {
  if (new Set(stats.rows.projects).size < 2) return undefined;
  for (const [id, { name }] of stats.projects) {
    const named = projects.filter((project) => name !== undefined && project.name === name);
    // Names are not unique: which of two projects with one name was meant is not known.
    if (named.length === 1 && named[0] && stats.rows.projects.includes(id)) return { project: named[0], id };
  }
  return undefined;
}

/** Filters the days by a project's slug, and by its id when that does not bring it alone. */
export async function observeFilter(
  askStats: AskStats,
  projects: Reply<readonly ListedProject[]>,
  days: DateRange,
  recent: Stats,
): Promise<ProjectFilter | undefined> {
  const found = "value" in projects ? findProject(projects.value, recent) : undefined;
  if (!found) return undefined;
  const bySlug = await askStats(days, found.project.slug);
  const isHonoured = projectsBrought(bySlug, found.id) === "that project alone";
  return { ...found, bySlug, byId: isHonoured ? undefined : await askStats(days, found.id) };
}

function usesFilter({ projects, totals }: WorkspaceConfig): boolean {
  return projects.length > 0 || totals.includes("project");
}

/** Where the slug does not bring the project alone. */
function judgeOthers({ id, project, bySlug, byId }: ProjectFilter, config: WorkspaceConfig): Judgement {
  const broughtById = byId ? projectsBrought(byId, id) : "no response";
  const shownId = oneLine(id);
  const seen = `the slug ${oneLine(project.slug)} brings ${projectsBrought(bySlug, id)}, the id ${shownId} ${broughtById}`;
  const isById = broughtById === "that project alone";
  return {
    verdict: usesFilter(config) ? "problem" : "info",
    seen: isById ? `by id: ${seen}` : seen,
    setting: `${isById ? `projects: [${shownId}], by id` : "leave out projects"}, and no totals by project`,
  };
}

/** Does the `project` filter work, and with slugs or with ids? */
export function judgeFilter(
  projects: Reply<readonly ListedProject[]> | undefined,
  filter: ProjectFilter | undefined,
  config: WorkspaceConfig,
): Judgement {
  if (projects && "error" in projects) return { verdict: "unknown", seen: oneLine(projects.error.message) };
  if (!filter) return { verdict: "unknown", seen: "fewer than two projects have work in the last two weeks" };
  if (projectsBrought(filter.bySlug, filter.id) !== "that project alone") return judgeOthers(filter, config);
  const slug = oneLine(filter.project.slug);
  return { verdict: "ok", seen: `by slug: ${slug} brings that project alone`, setting: `projects: [${slug}]` };
}
