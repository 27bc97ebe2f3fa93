import type { WorkspaceConfig } from "../config/config.ts";
import { type Judgement, oneLine } from "./finding.ts";
import { NOT_ASKED, readsStatistics } from "./judge-access.ts";
import type { Observations, Reply, StatsAnswer } from "./observations.ts";

/** What a filter by a project can bring. */
type Brought = "that project alone" | "other projects too" | "nothing" | "a refusal" | "no answer";

/** What the answer to a filter by the project of this id brought. */
export function projectsBrought(reply: Reply<StatsAnswer>, id: string): Brought {
  if ("error" in reply) return [400, 404, 422].includes(reply.error.status ?? 0) ? "a refusal" : "no answer";
  const { rows } = reply.value.stats;
  if (rows.length === 0) return "nothing";
  return rows.every(({ project }) => project === id) ? "that project alone" : "other projects too";
}

function usesFilter({ projects, totals }: WorkspaceConfig): boolean {
  return projects.length > 0 || totals.includes("project");
}

/** Is the `project` filter honoured, by slug or by id? */
export function judgeFilter(observations: Observations): Judgement {
  const { projects, filter, config } = observations;
  if (!readsStatistics(observations)) return NOT_ASKED;
  if (projects && "error" in projects) return { verdict: "unknown", seen: oneLine(projects.error.message) };
  if (!filter) return { verdict: "unknown", seen: "no two projects with work in the last two weeks to tell apart" };
  const bySlug = projectsBrought(filter.bySlug, filter.id);
  const slug = oneLine(filter.project.slug);
  if (bySlug === "that project alone")
    return { verdict: "ok", seen: `by slug: ${slug} brings that project alone`, setting: `projects: [${slug}]` };
  const byId = filter.byId ? projectsBrought(filter.byId, filter.id) : "no answer";
  const id = oneLine(filter.id);
  const seen = `the slug ${slug} brings ${bySlug}, the id ${id} ${byId}`;
  const remedy = byId === "that project alone" ? `projects: [${id}], by id` : "leave out projects";
  return {
    verdict: usesFilter(config) ? "problem" : "info",
    seen: byId === "that project alone" ? `by id: ${seen}` : seen,
    setting: `${remedy}, and no totals by project`,
  };
}
