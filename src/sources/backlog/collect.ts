import pMap from "p-map";
import { ApiError } from "../../errors.ts";
import { type ApiRequest, readAnswer } from "../../roboflow/client.ts";
import { WORKSPACE_ENDPOINT } from "../../roboflow/workspaces.ts";
import { type Steps, inSlices } from "../../steps.ts";
import type { CollectDeps, Subject } from "../source.ts";
import { type AskedProject, type CollectBacklogConfig, NOTHING, assembleAll } from "./assemble.ts";
import type { ListedProject, WorkspaceBacklog } from "./fields.ts";
import { identify } from "./identify.ts";
import { type Parsed, parseBatches, parseJobs, parseProjects } from "./parse.ts";
import { personFinder } from "./people.ts";

/** The endpoints of a project, by their names in metrics, which are the last words of their paths. */
export const JOBS_ENDPOINT = "jobs";
export const BATCHES_ENDPOINT = "batches";

/** Deleted since it was listed, or not visible to the key. */
const REFUSED: readonly (number | undefined)[] = [403, 404, 410];

/** Its removal would be a state, not a failure, since it is asked for in addition. */
export function isGone({ status }: ApiError): boolean {
  return status === 404 || status === 410;
}

/** Which of the listed projects are asked, and how many are not. */
export interface Choice {
  readonly chosen: readonly ListedProject[];
  readonly leftOut: { readonly limit: number; readonly unlisted: number };
}

/** Chooses by slug: with the same list it is always the same projects. */
export function chooseProjects(
  listed: readonly ListedProject[],
  { projects, backlog }: Pick<CollectBacklogConfig, "projects" | "backlog">,
): Choice {
  const slugs = new Set(listed.map(({ slug }) => slug));
  const wanted = listed
    .filter(({ slug }) => projects.length === 0 || projects.includes(slug))
    .toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  const chosen = wanted.slice(0, (backlog ?? NOTHING).maxProjects);
  const unlisted = projects.filter((slug) => !slugs.has(slug)).length;
  return { chosen, leftOut: { limit: wanted.length - chosen.length, unlisted } };
}

async function fetch<T>(
  request: ApiRequest,
  parse: (json: unknown) => Steps<Parsed<T>>,
  { ask, observer, signal }: CollectDeps,
): Promise<readonly T[]> {
  const parsed = await readAnswer(await ask(request, signal), parse, signal);
  observer.answered(parsed);
  return parsed.items;
}

interface Refused {
  readonly error: ApiError;
}

/** A project that is refused does not end the poll: it may have been deleted since it was listed. */
async function askProject(
  workspace: string,
  listed: ListedProject,
  deps: CollectDeps,
): Promise<AskedProject | Refused> {
  const request = (endpoint: string) => ({ endpoint, path: [workspace, listed.slug, endpoint] });
  try {
    const jobs = await fetch(request(JOBS_ENDPOINT), parseJobs, deps);
    return { listed, jobs, batches: await fetch(request(BATCHES_ENDPOINT), parseBatches, deps) };
  } catch (error) {
    if (error instanceof ApiError && REFUSED.includes(error.status)) return { error };
    throw error;
  }
}

/** Where all projects are refused it is not about one of them. */
function refuseAll(answers: readonly (AskedProject | Refused)[]): void {
  const [first] = answers;
  if (first !== undefined && "error" in first && answers.every((answer) => "error" in answer)) throw first.error;
}

/**
 * Asks for the projects of a workspace, and for the jobs and batches of each. A project that is refused is left out and
 * counted; any other failure ends the poll.
 * @throws ApiError
 */
export async function collectBacklog(
  subject: Subject,
  config: CollectBacklogConfig,
  deps: CollectDeps,
): Promise<WorkspaceBacklog> {
  const { name, today } = subject;
  const listed = await fetch({ endpoint: WORKSPACE_ENDPOINT, path: [name] }, parseProjects, deps);
  const { chosen, leftOut } = chooseProjects(listed, config);
  const { concurrency } = config.poll;
  const answers = await pMap(chosen, (project) => askProject(name, project, deps), { concurrency });
  refuseAll(answers);
  const good = answers.filter((answer) => "listed" in answer);
  const identities = identify(new Map(good.map(({ listed: { slug }, jobs }) => [slug, jobs])));
  // The project in the path is a filter, too.
  identities.contested.forEach(() => {
    deps.observer.filterIgnored(JOBS_ENDPOINT);
  });
  const find = personFinder((await deps.labelersBefore?.()) ?? new Map());
  return {
    ...{ workspace: name, day: today, leftOut: { ...leftOut, refused: answers.length - good.length } },
    projects: await inSlices(assembleAll(good, { ...identities, subject, config, find }), deps.signal),
  };
}
