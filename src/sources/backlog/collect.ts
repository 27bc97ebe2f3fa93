import pMap from "p-map";
import { calendarDay, type Window } from "../../calendar/windows.ts";
import type { WorkspaceConfig } from "../../config/config.ts";
import { ApiError } from "../../errors.ts";
import { type ApiRequest, readAnswer } from "../../roboflow/client.ts";
import { WORKSPACE_ENDPOINT } from "../../roboflow/workspaces.ts";
import type { Steps } from "../../steps.ts";
import type { CollectDeps, Subject } from "../source.ts";
import type { Job, ListedBatch, ListedJob, ListedProject, ProjectBacklog, WorkspaceBacklog } from "./fields.ts";
import { type Identities, identify } from "./identify.ts";
import { type Parsed, parseBatches, parseJobs, parseProjects } from "./parse.ts";
import { type FindPerson, personFinder } from "./people.ts";

/** The endpoints of a project, by their names in metrics, which are the last words of their paths. */
export const JOBS_ENDPOINT = "jobs";
export const BATCHES_ENDPOINT = "batches";

/** Deleted since it was listed, or not visible to the key. */
const REFUSED: readonly (number | undefined)[] = [403, 404, 410];

/** Its removal would be a state, not a failure, since it is asked for in addition. */
export function isGone({ status }: ApiError): boolean {
  return status === 404 || status === 410;
}

export type CollectBacklogConfig = Pick<WorkspaceConfig, "projects" | "backlog" | "windows"> & {
  readonly poll: Pick<WorkspaceConfig["poll"], "timezone" | "concurrency">;
};

/** What the configuration allows without a limit of its own: nothing. */
const NOTHING = { maxProjects: 0, maxJobs: 0, maxClasses: undefined } as const;

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

/** A project with what its own endpoints say. */
interface AskedProject {
  readonly listed: ListedProject;
  readonly jobs: readonly ListedJob[];
  readonly batches: readonly ListedBatch[];
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

function hasImagesLeft({ values }: Pick<ListedJob, "values">): boolean {
  return (values.unannotated ?? 0) > 0;
}

/** 0 for a job with images to label, 1 for one whose images may wait for a review or a correction, else 2. */
function rank({ values }: ListedJob): number {
  const { unannotated = 0, annotated = 0, rejected = 0 } = values;
  return unannotated > 0 ? 0 : annotated + rejected > 0 ? 1 : 2;
}

/** The jobs to publish: first those with work left, then the newest. */
function chooseJobs(jobs: readonly ListedJob[], max: number): readonly ListedJob[] {
  return jobs.toSorted((a, b) => rank(a) - rank(b) || (b.created ?? 0) - (a.created ?? 0)).slice(0, max);
}

/**
 * When the oldest job with images to label was created. Unknown where a job that may be older does not say when it was
 * created, or whether it has images to label.
 */
export function oldestOpen(jobs: readonly Pick<ListedJob, "values" | "created">[]): number | undefined {
  const open = jobs.filter(hasImagesLeft).map(({ created }) => created ?? NaN);
  const oldest = open.reduce((least, created) => Math.min(least, created), Infinity);
  const mayBeOlder = jobs.some(({ values, created = 0 }) => values.unannotated === undefined && created < oldest);
  return Number.isFinite(oldest) && !mayBeOlder ? oldest : undefined;
}

/** Images of the uploads in each window. Unknown where an upload does not say when it was, or how many it brought. */
export function uploadsBy(
  windows: readonly Window[],
  today: string,
  timezone: string,
  batches: readonly ListedBatch[],
): ReadonlyMap<string, number> {
  const days = batches.map(({ uploaded }) => (uploaded === undefined ? "" : calendarDay(uploaded * 1000, timezone)));
  if (days.includes("")) return new Map();
  return new Map(
    windows.flatMap(({ name, startOn }): [string, number][] => {
      const start = startOn(today);
      const own = batches.filter((_, index) => (days[index] ?? "") >= start && (days[index] ?? "") <= today);
      const images = own.reduce((sum, { images: count = NaN }) => sum + count, 0);
      return Number.isFinite(images) ? [[name, images]] : [];
    }),
  );
}

function jobOf({ id, name, status, values, created, labeler, reviewer }: ListedJob, find: FindPerson): Job {
  return { id, name, status, values, created, labeler: find(labeler), reviewer: find(reviewer) };
}

function largest(counts: ReadonlyMap<string, number>, max: number): ReadonlyMap<string, number> {
  return new Map([...counts].toSorted(([, a], [, b]) => b - a).slice(0, max));
}

/** Roboflow has three of them. */
const MAX_SPLITS = 10;

/** How the answers about a project are put together. */
interface Assembly extends Identities {
  readonly subject: Subject;
  readonly config: CollectBacklogConfig;
  readonly find: FindPerson;
}

function assemble({ listed, jobs, batches }: AskedProject, assembly: Assembly): ProjectBacklog {
  const { subject, config, find, ids, contested } = assembly;
  const { maxJobs, maxClasses = 0 } = config.backlog ?? NOTHING;
  const own = contested.has(listed.slug) ? undefined : jobs;
  return {
    ...listed,
    id: ids.get(listed.slug),
    splits: largest(listed.splits, MAX_SPLITS),
    classes: largest(listed.classes, maxClasses),
    uploads: uploadsBy(config.windows, subject.today, config.poll.timezone, batches),
    jobCount: own?.length,
    jobs: chooseJobs(own ?? [], maxJobs).map((job) => jobOf(job, find)),
    oldestOpen: oldestOpen(own ?? []),
  };
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
    projects: good.map((answer) => assemble(answer, { ...identities, subject, config, find })),
  };
}
