import { DAY_MINUTES, epochMsOf } from "./days.ts";
import { type ApiRequest, refusal, type Reply } from "./http.ts";
import type { Batch, Dataset, Labeling, Present } from "./history.ts";
import { imagesIn } from "./projects.ts";
import { mix, opaqueId, seedOf } from "./random.ts";
import type { Session } from "./sessions.ts";
import { countReview, firstPassShare, type ReviewTally } from "./tally.ts";
import { type Labeler, labelerAt, type Project, type Workspace } from "./workspaces.ts";

/** Images of a batch that are assigned to a labeler. */
interface Job {
  readonly seed: number;
  /** Within its batch, from 1 on. */
  readonly number: number;
  readonly batch: Batch;
  readonly labeler: Labeler;
  /** When its images are labeled. */
  readonly labelings: readonly Labeling[];
  /** When it was assigned, in minutes since day 0. */
  readonly minute: number;
}

const JOB_IMAGES = 100;
const MAX_LEAD_DAYS = 4;
/** Jobs are assigned before the working hours, but after the uploads. */
const ASSIGN_MINUTE = 7 * 60;
/** What was labeled on a day is reviewed that evening. */
const REVIEW_MINUTE = 18 * 60;
const INSTRUCTIONS = ["", "", 'Label partly hidden objects, too.\nUse "unclear" where needed.'] as const;

/** The labelings of a batch's images: images are labeled in the order of their upload. */
function labelingsIn({ labelings }: Dataset, batch: Batch): Labeling[] {
  let position = 0;
  return labelings.flatMap((labeling) => {
    const [from, to] = [batch.end - batch.images - position, batch.end - position];
    position += labeling.images.length;
    if (from >= labeling.images.length || to <= 0) return [];
    const images = labeling.images.slice(Math.max(0, from), to);
    return images.length > 0 ? [{ ...labeling, images }] : [];
  });
}

/** One labeler's labelings. */
type Group = [first: Labeling, ...rest: Labeling[]];

/** Groups a batch's labelings by labeler, and begins another group when one has enough images for a job. */
function groupsOf(labelings: readonly Labeling[]): Group[] {
  const groups: Group[] = [];
  const open = new Map<number, Group>();
  for (const labeling of labelings) {
    const { labeler } = labeling.session;
    const known = open.get(labeler);
    const group: Group = known ?? [labeling];
    if (known) known.push(labeling);
    else groups.push(group);
    if (imagesIn(group) < JOB_IMAGES) open.set(labeler, group);
    else open.delete(labeler);
  }
  return groups;
}

function assignedAt(batch: Batch, { day }: Session, seed: number): number {
  const lead = (day - (seed % MAX_LEAD_DAYS)) * DAY_MINUTES + ASSIGN_MINUTE + ((seed >>> 8) % 50);
  return Math.max(batch.minute + 10, lead);
}

function jobsIn(workspace: Workspace, dataset: Dataset, batch: Batch): Job[] {
  return groupsOf(labelingsIn(dataset, batch)).map((labelings, index) => {
    const [{ session }] = labelings;
    const seed = seedOf(batch.seed, index);
    const [labeler, minute] = [labelerAt(workspace, session.labeler), assignedAt(batch, session, seed)];
    return { seed, number: index + 1, batch, labeler, labelings, minute };
  });
}

/** The jobs that have been assigned, batch by batch. */
function jobsOf(workspace: Workspace, dataset: Dataset, present: Present): Job[] {
  const jobs = dataset.batches.flatMap((batch) => jobsIn(workspace, dataset, batch));
  return jobs.filter(({ minute }) => minute <= present.minute);
}

function isReviewed({ session }: Labeling, { minute }: Present): boolean {
  return session.day * DAY_MINUTES + REVIEW_MINUTE <= minute;
}

/** The review of a labeling's images, by the same rules as `/{workspace}/stats` counts it, only later in the day. */
function reviewOf(project: Project, labeler: Labeler, labeling: Labeling, present: Present): ReviewTally {
  const tally = { reviewed: 0, firstPass: 0, approved: 0, rejected: 0 };
  if (!project.plan.review || !labeling.session.fresh || !isReviewed(labeling, present)) return tally;
  const share = firstPassShare(labeler, labeling.session, present.today, present.approvals);
  for (const image of labeling.images) countReview(tally, mix(project.seed, image), share);
  return tally;
}

/** How many images of a job are in each state. */
function statesOf(project: Project, { labeler, labelings }: Job, present: Present) {
  const states = { unannotated: 0, annotated: 0, approved: 0, rejected: 0 };
  for (const labeling of labelings) {
    const { length } = labeling.images;
    if (labeling.minute > present.minute) {
      states.unannotated += length;
      continue;
    }
    const { reviewed, approved } = reviewOf(project, labeler, labeling, present);
    states.annotated += length - reviewed;
    states.approved += approved;
    // Rejected and never fixed.
    states.rejected += reviewed - approved;
  }
  return states;
}

function statusOf(project: Project, { labelings }: Job, present: Present): string {
  if (labelings.some(({ minute }) => minute > present.minute)) return "assigned";
  const isWaiting = project.plan.review && labelings.some((labeling) => !isReviewed(labeling, present));
  return isWaiting ? "review" : "complete";
}

/** Another person where the project has review; otherwise the labeler, as Roboflow advises. */
function reviewerOf(workspace: Workspace, project: Project, { labeler, seed }: Job): Labeler {
  const others = workspace.labelers.filter(({ system, id }) => !system && id !== labeler.id);
  return (project.plan.review ? others[seed % others.length] : undefined) ?? labeler;
}

function timestamp(minute: number, seed: number) {
  return { _seconds: epochMsOf(minute) / 1000, _nanoseconds: (seed % 1000) * 1_000_000 };
}

function batchName({ minute, seed }: Batch): string {
  if (seed % 5 === 0) return "Upload via API";
  // Uploads are made between six and seven in the morning: `2024-01-31T06:05` becomes `01/31/24 at 6:05 am`.
  const iso = new Date(epochMsOf(minute)).toISOString();
  return `Uploaded on ${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(2, 4)} at ${iso.slice(12, 16)} am`;
}

function jobAnswer(workspace: Workspace, project: Project, job: Job, present: Present) {
  const { seed, batch, labeler, labelings } = job;
  const reviewer = reviewerOf(workspace, project, job);
  return {
    id: opaqueId(seed, 20),
    name: `${batchName(batch)}: Job ${job.number}`,
    // Opaque ids here, people by e-mail address: so Roboflow's published sample has it.
    ...{ project: project.id, owner: workspace.id, labeler: labeler.email, reviewer: reviewer.email },
    status: statusOf(project, job, present),
    numImages: imagesIn(labelings),
    ...statesOf(project, job, present),
    sourceBatch: `${project.id}/${batch.id}`,
    createdBy: seed % 4 === 0 ? "API" : reviewer.id,
    created: timestamp(job.minute, seed),
    instructionsText: INSTRUCTIONS[seed % INSTRUCTIONS.length],
  };
}

function batchAnswer(batch: Batch, jobs: readonly Job[]) {
  return {
    id: batch.id,
    name: batchName(batch),
    images: batch.images,
    numJobs: jobs.filter((job) => job.batch === batch).length,
    uploaded: timestamp(batch.minute, batch.seed),
  };
}

/** Answers for the project whose slug is the second word of the path. */
function forProject(
  workspace: Workspace,
  { path }: Pick<ApiRequest, "path">,
  bodyOf: (project: Project) => unknown,
): Reply {
  const project = workspace.projects.find(({ slug }) => slug === path.split("/")[2]);
  if (!project) return refusal(404, "the project does not exist or cannot be seen with this key");
  return { status: 200, body: bodyOf(project) };
}

/** `GET /{workspace}/{project}/jobs`: the annotation jobs of a project. */
export function answerJobs(workspace: Workspace, request: Pick<ApiRequest, "path">, present: Present): Reply {
  return forProject(workspace, request, (project) => {
    const jobs = jobsOf(workspace, present.datasetOf(workspace, project), present);
    return { jobs: jobs.map((job) => jobAnswer(workspace, project, job, present)) };
  });
}

/** `GET /{workspace}/{project}/batches`: the uploads of a project. */
export function answerBatches(workspace: Workspace, request: Pick<ApiRequest, "path">, present: Present): Reply {
  return forProject(workspace, request, (project) => {
    const dataset = present.datasetOf(workspace, project);
    const jobs = jobsOf(workspace, dataset, present);
    return { batches: dataset.batches.map((batch) => batchAnswer(batch, jobs)) };
  });
}
