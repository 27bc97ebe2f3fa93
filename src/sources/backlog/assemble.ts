import { type Window, calendarDay } from "../../calendar/windows.ts";
import type { WorkspaceConfig } from "../../config/config.ts";
import type { Steps } from "../../steps.ts";
import type { Subject } from "../source.ts";
import type { Job, ListedBatch, ListedJob, ListedProject, ProjectBacklog } from "./fields.ts";
import type { Identities } from "./identify.ts";
import type { FindPerson } from "./people.ts";

export type CollectBacklogConfig = Pick<WorkspaceConfig, "projects" | "backlog" | "windows"> & {
  readonly poll: Pick<WorkspaceConfig["poll"], "timezone" | "concurrency">;
};

/** What the configuration allows without a limit of its own: nothing. */
export const NOTHING = { maxProjects: 0, maxJobs: 0, maxClasses: undefined } as const;

/** A project with what its own endpoints say. */
export interface AskedProject {
  readonly listed: ListedProject;
  readonly jobs: readonly ListedJob[];
  readonly batches: readonly ListedBatch[];
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
export interface Assembly extends Identities {
  readonly subject: Subject;
  readonly config: CollectBacklogConfig;
  readonly find: FindPerson;
}

/** Puts the answers about projects together, a project at a time. */
export function* assembleAll(answers: readonly AskedProject[], assembly: Assembly): Steps<readonly ProjectBacklog[]> {
  const all: ProjectBacklog[] = [];
  for (const answer of answers) {
    all.push(assemble(answer, assembly));
    yield;
  }
  return all;
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
