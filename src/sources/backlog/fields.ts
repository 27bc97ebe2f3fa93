import { z } from "zod";
import type { Anomaly, Rejections } from "../../answers/anomalies.ts";
import type { NumberKind } from "../../answers/numbers.ts";
import { id, mapOf, numbers, optionalText, readParts, text } from "../stored-parts.ts";

/** The numbers of a project in `GET /{workspace}`. Source: its page "List workspaces and projects". */
export const PROJECT_FIELDS = { images: "count", unannotated: "count" } as const satisfies Readonly<
  Record<string, NumberKind>
>;

/** A job's images by state. Source: the page "Jobs"; its sample does not add up to `numImages`, so nothing relies on it. */
export const JOB_STATES = {
  unannotated: "count",
  annotated: "count",
  approved: "count",
  rejected: "count",
} as const satisfies Readonly<Record<string, NumberKind>>;

export type ProjectField = keyof typeof PROJECT_FIELDS;
export type JobState = keyof typeof JOB_STATES;

/** What every parsed answer says of itself. */
export interface Read {
  readonly anomalies: readonly Anomaly[];
  readonly rejected: Rejections;
}

/** A project as `GET /{workspace}` lists it. What the API did not give is absent. */
export interface ListedProject {
  /** What follows the slash of its id, `workspace/slug`. */
  readonly slug: string;
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly values: Readonly<Partial<Record<ProjectField, number>>>;
  readonly versions: number | undefined;
  /** Epoch seconds. */
  readonly updated: number | undefined;
  readonly splits: ReadonlyMap<string, number>;
  /** How many classes there are. */
  readonly classCount: number | undefined;
  /** Annotations by class. */
  readonly classes: ReadonlyMap<string, number>;
}

/** A job as `GET /{workspace}/{project}/jobs` lists it. */
export interface ListedJob {
  readonly id: string;
  readonly name: string | undefined;
  /** The project's opaque id. */
  readonly project: string | undefined;
  readonly status: string | undefined;
  /** E-mail addresses, as documented. */
  readonly labeler: string | undefined;
  readonly reviewer: string | undefined;
  readonly values: Readonly<Partial<Record<JobState, number>>>;
  /** Epoch seconds. */
  readonly created: number | undefined;
}

/** An upload as `GET /{workspace}/{project}/batches` lists it. */
export interface ListedBatch {
  readonly images: number | undefined;
  /** Epoch seconds. */
  readonly uploaded: number | undefined;
}

/** A person that a job names: by id where that is known, else by the text of the answer. */
export interface Person {
  readonly id: string | undefined;
  /** Often an e-mail address; absent where it must not be kept. */
  readonly text: string | undefined;
}

/** A job as it is published. */
export interface Job extends Omit<ListedJob, "project" | "labeler" | "reviewer"> {
  readonly labeler: Person | undefined;
  readonly reviewer: Person | undefined;
}

/** One project and the work that is left in it. */
export interface ProjectBacklog extends ListedProject {
  /** As the statistics know the project; undefined where no job says it. */
  readonly id: string | undefined;
  /** Images uploaded in each window; absent where it is not known of all uploads. */
  readonly uploads: ReadonlyMap<string, number>;
  /** How many jobs there are; undefined where they may belong to other projects. */
  readonly jobCount: number | undefined;
  /** As many as the configuration allows. */
  readonly jobs: readonly Job[];
  /** When the oldest job with images to label was created, epoch seconds. */
  readonly oldestOpen: number | undefined;
}

/** Why projects are left out. */
export const LEFT_OUT = ["limit", "refused", "unlisted"] as const;
export type LeftOut = Readonly<Record<(typeof LEFT_OUT)[number], number>>;

/** The data of one good poll of a workspace. */
export interface WorkspaceBacklog {
  readonly workspace: string;
  /** The calendar day all windows end on. */
  readonly day: string;
  /** How many projects are not in `projects`. */
  readonly leftOut: LeftOut;
  readonly projects: readonly ProjectBacklog[];
}

const count = z.number().min(0);
const seconds = z.number().min(0).optional();
const counts = z.array(z.tuple([text, count])).transform((list) => new Map(list));
const person = z
  .strictObject({ id: id.optional(), text: optionalText })
  .transform((one): Person => ({ id: one.id, text: one.text }))
  .optional();

const storedJob = z
  .strictObject({
    ...{ id, name: optionalText, status: optionalText, labeler: person, reviewer: person },
    ...{ values: numbers(JOB_STATES), created: seconds },
  })
  .transform(({ name, status, labeler, reviewer, created, ...job }): Job => ({
    ...{ ...job, name, status, labeler, reviewer, created },
  }));

const storedProject = z
  .strictObject({
    ...{ slug: id, id: id.optional(), name: optionalText, type: optionalText, values: numbers(PROJECT_FIELDS) },
    ...{ versions: count.optional(), updated: seconds, splits: counts, classCount: count.optional(), classes: counts },
    ...{ uploads: mapOf(count), jobCount: count.optional(), jobs: z.array(storedJob), oldestOpen: seconds },
  })
  .transform((part): ProjectBacklog => {
    const { name, type, versions, updated, classCount, jobCount, oldestOpen } = part;
    return { ...part, id: part.id, name, type, versions, updated, classCount, jobCount, oldestOpen };
  });

/** The stored form: what the projects have in common comes first. */
const storedHead = z.strictObject({
  workspace: id,
  day: z.iso.date(),
  leftOut: z.strictObject({ limit: count, refused: count, unlisted: count }),
});

const storedParts = z.tuple([storedHead], storedProject);

/** A backlog as JSON can hold it: what the projects have in common, then project by project. */
export function partsOfBacklog({ projects, ...head }: WorkspaceBacklog): readonly unknown[] {
  const maps = ({ splits, classes, uploads }: ProjectBacklog) => ({
    ...{ splits: [...splits], classes: [...classes], uploads: [...uploads] },
  });
  return [head, ...projects.map((project) => ({ ...project, ...maps(project) }))];
}

/**
 * What {@link partsOfBacklog} was given.
 * @throws RefusedError when the parts have another form
 */
export function backlogOfParts(parts: readonly unknown[]): WorkspaceBacklog {
  const [head, ...projects] = readParts(storedParts, parts);
  return { ...head, projects };
}
