import { epochMsOf, epochSecondsOf } from "./days.ts";
import type { Reply } from "./http.ts";
import type { Present } from "./present.ts";
import { type Dataset, labeledBy } from "./uploads.ts";
import type { Project, Workspace } from "./workspaces.ts";

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
