import { DAY_MINUTES, epochMsOf, epochSecondsOf, weekdayOf } from "./days.ts";
import { type Batch, type Dataset, type History, type Labeling, type Present, imageMarks } from "./history.ts";
import type { Reply } from "./http.ts";
import { between, opaqueId, randomFrom, seedOf } from "./random.ts";
import type { Session } from "./sessions.ts";
import type { Project, Workspace } from "./workspaces.ts";

const WEEK = 7;
/** Uploads come every four, eight or twelve weeks, by project. */
const WEEKS_BETWEEN = 4;
/** Before the working hours. */
const UPLOAD_MINUTE = 6 * 60;
/** Images of an upload that are left when the next one comes, as a share of those labeled in between. */
const LEFT_OVER = [0.02, 0.45] as const;
/** By this many uploads later, everything uploaded so far has been labeled, where work goes on. */
const LOOK_AHEAD = 3;

function daysBetween({ seed }: Project): number {
  return WEEK * WEEKS_BETWEEN * (1 + (seed % 3));
}

/** The day of an upload: the first when the project begins, the others on Mondays. */
function uploadDay(project: Project, index: number): number {
  const first = Math.max(0, project.createdOn);
  return index === 0 ? first : first + 1 + WEEK - weekdayOf(first) + index * daysBetween(project);
}

function uploadMinute(project: Project, index: number): number {
  return uploadDay(project, index) * DAY_MINUTES + UPLOAD_MINUTE + (seedOf(project.seed, 3, index) % 40);
}

function numbersOf({ first, count }: Session): number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}

function compare(a: Labeling, b: Labeling): number {
  return a.minute - b.minute || a.session.labeler - b.session.labeler;
}

/** Which images each session up to a day labels first, in order of time. */
function labelingsUntil(workspace: Workspace, project: Project, day: number, history: History): Labeling[] {
  const { first, marks } = imageMarks(workspace, { from: 0, to: day });
  const sessions = [...history(workspace, project, 0, day)]
    .map((session) => ({ session, minute: session.day * DAY_MINUTES + session.minute, images: numbersOf(session) }))
    .sort(compare);
  return sessions.map((labeling) => {
    const images = labeling.images.filter((number) => marks[number - first] === 0);
    for (const number of images) marks[number - first] = 1;
    return { ...labeling, images };
  });
}

/** How many images are labeled. */
export function imagesIn(labelings: readonly Labeling[]): number {
  return labelings.reduce((sum, { images }) => sum + images.length, 0);
}

/** How many images of the project have been labeled by a minute. */
export function labeledBy({ labelings }: Dataset, minute: number): number {
  return imagesIn(labelings.filter((labeling) => labeling.minute <= minute));
}

/**
 * The first uploads. Each brings what is labeled until the next one and some more, so that labelers never run out of
 * images and work never ends.
 */
function batchesOf(project: Project, labelings: readonly Labeling[], uploads: number): Batch[] {
  const batches: Batch[] = [];
  let [before, end] = [0, 0];
  for (let index = 0; index < uploads; index++) {
    const seed = seedOf(project.seed, 4, index);
    const next = uploadDay(project, index + 1);
    const labeled = imagesIn(labelings.filter(({ session }) => session.day < next));
    const leftOver = Math.ceil((labeled - before) * between(randomFrom(seed), LEFT_OVER));
    const images = Math.max(0, labeled + leftOver - end);
    before = labeled;
    end += images;
    if (images > 0) batches.push({ seed, id: opaqueId(seed, 20), minute: uploadMinute(project, index), images, end });
  }
  return batches;
}

/** The labelings up to the moment when the first images are all labeled. */
function labelingsOf(labelings: readonly Labeling[], images: number): Labeling[] {
  let left = images;
  return labelings.flatMap((labeling) => {
    if (left === 0) return [];
    const own = labeling.images.slice(0, left);
    left -= own.length;
    return [{ ...labeling, images: own }];
  });
}

/** What is left when work has ended: assigned to the last labeler, and never labeled. Nothing depends on its numbers. */
function abandoned(labelings: readonly Labeling[], images: number): Labeling[] {
  const last = labelings.at(-1);
  const left = images - imagesIn(labelings);
  return last && left > 0 ? [{ ...last, minute: Infinity, images: Array.from({ length: left }, () => NaN) }] : [];
}

/** What the first uploads brought to a project, and when it is labeled. */
function datasetAfter(workspace: Workspace, project: Project, uploads: number, history: History): Dataset {
  if (uploads === 0) return { batches: [], labelings: [] };
  const lastDay = uploadDay(project, uploads + LOOK_AHEAD) - 1;
  const all = labelingsUntil(workspace, project, lastDay, history);
  const batches = batchesOf(project, all, uploads);
  const images = batches.at(-1)?.end ?? 0;
  const labelings = labelingsOf(all, images);
  const hasEnded = project.stoppedOn <= lastDay;
  return { batches, labelings: hasEnded ? [...labelings, ...abandoned(labelings, images)] : labelings };
}

/** Enough for the default workspaces; of larger ones the rest is computed again for each request. */
const MAX_LABELINGS = 100_000;

/** Gives datasets by the days of UTC. The latest of each project is remembered: it changes only with an upload. */
export function createDatasets(history: History, maxLabelings = MAX_LABELINGS) {
  const latest = new Map<Project, { readonly uploads: number; readonly dataset: Dataset }>();
  let kept = 0;
  return (workspace: Workspace, project: Project, minute: number): Dataset => {
    let uploads = 0;
    while (uploadMinute(project, uploads) <= minute) uploads++;
    const known = latest.get(project);
    if (known?.uploads === uploads) return known.dataset;
    const dataset = datasetAfter(workspace, project, uploads, history);
    const more = dataset.labelings.length - (known?.dataset.labelings.length ?? 0);
    if (kept + more > maxLabelings) return dataset;
    kept += more;
    latest.set(project, { uploads, dataset });
    return dataset;
  };
}

const DAYS_PER_VERSION = 90;

/** Annotations by class: all that sessions have added and not removed. */
function classesOf({ plan }: Project, { labelings }: Dataset, { minute }: Present) {
  const past = labelings.filter((labeling) => labeling.minute <= minute);
  const annotations = past.reduce((sum, { session }) => sum + session.added - session.removed, 0);
  const unclear = Math.floor(annotations / 20);
  return { [plan.annotation]: annotations - unclear, unclear };
}

/** Every labeled image is in one of the splits. */
function splitsOf(labeled: number) {
  const [valid, test] = [Math.floor(labeled * 0.2), Math.floor(labeled * 0.1)];
  return { train: labeled - valid - test, valid, test };
}

/** When something last happened, in epoch seconds: the project was created, images were uploaded, or work was done. */
function updatedAt(project: Project, { batches, labelings }: Dataset, { minute }: Present): number {
  const past = [...batches, ...labelings].map((one) => one.minute).filter((at) => at <= minute);
  const last = past.reduce((latest, at) => Math.max(latest, at), -Infinity);
  return Math.max(epochSecondsOf(project.createdOn), epochMsOf(last) / 1000);
}

function projectAnswer(workspace: Workspace, project: Project, present: Present) {
  const { type, name, annotation } = project.plan;
  const dataset = present.datasetOf(workspace, project);
  const [images, labeled] = [dataset.batches.at(-1)?.end ?? 0, labeledBy(dataset, present.minute)];
  return {
    id: `${workspace.name}/${project.slug}`,
    ...{ type, name, annotation },
    created: epochSecondsOf(project.createdOn) + 0.137,
    updated: updatedAt(project, dataset, present) + 0.251,
    images,
    unannotated: images - labeled,
    versions: Math.max(0, Math.floor((present.today - project.createdOn) / DAYS_PER_VERSION)),
    public: false,
    splits: splitsOf(labeled),
    classes: classesOf(project, dataset, present),
  };
}

/** `GET /{workspace}`: the workspace and its projects. */
export function answerWorkspace(workspace: Workspace, _request: unknown, present: Present): Reply {
  const { name, labelers } = workspace;
  const projects = workspace.projects.map((project) => projectAnswer(workspace, project, present));
  const members = labelers.filter(({ system }) => !system).length;
  return { status: 200, body: { workspace: { name, url: name, members, projects } } };
}

/** `GET /`: which workspace the key belongs to. */
export function answerRoot({ name }: Workspace): Reply {
  const body = {
    welcome: "Welcome to the simulated Roboflow API.",
    instructions: "You are successfully authenticated.",
    docs: "https://docs.roboflow.com",
    workspace: name,
  };
  return { status: 200, body };
}
