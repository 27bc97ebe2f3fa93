import { FIRST_DAY } from "../calendar/windows.ts";
import { labelerAt, type ProjectWork, type Tally } from "./aggregate.ts";
import type { Behaviour } from "./behaviour.ts";
import { epochSecondsOf } from "./days.ts";
import type { Project, Workspace } from "./world.ts";

const NOTICE = `Annotation metrics are only available from ${FIRST_DAY} (August 1, 2023) and later.`;

type OfNothing = Behaviour["approvalOfNothing"];

/** The approval rate where nothing was reviewed; JSON leaves out what is undefined. */
const OF_NOTHING: Readonly<Record<OfNothing, number | null | undefined>> = {
  "0": 0,
  "100": 100,
  null: null,
  absent: undefined,
};

/** Percent with at most two decimals. */
function approvalRate(reviewed: number, firstPass: number, ofNothing: OfNothing): number | null | undefined {
  return reviewed === 0 ? OF_NOTHING[ofNothing] : Math.round((10_000 * firstPass) / reviewed) / 100;
}

function reviewFields(tally: Tally, ofNothing: OfNothing) {
  const { approved, rejected, reviewed, firstPass } = tally;
  return { approved, rejected, approvalRate: approvalRate(reviewed, firstPass, ofNothing) };
}

function rowAnswer(workspace: Workspace, project: Project, index: number, tally: Tally, ofNothing: OfNothing) {
  return {
    projectId: project.id,
    projectName: project.plan.name,
    projectType: project.plan.type,
    labelerId: labelerAt(workspace, index).id,
    workspaceId: workspace.id,
    imagesLabeled: tally.images,
    uniqueImagesLabeled: tally.unique,
    boxesDrawn: tally.added - tally.removed,
    markedNull: tally.nulls,
    modelAssisted: tally.assisted,
    // A project without review has no such columns at all.
    ...(project.plan.review ? reviewFields(tally, ofNothing) : {}),
    netBoxesAdded: tally.net,
    netBoxesUpdated: tally.updated,
    boxesAdded: tally.added,
    boxesRemoved: tally.removed,
    boxesUpdated: tally.updated,
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

function totals(works: readonly ProjectWork[], ofNothing: OfNothing) {
  const rows = works.flatMap((work) => [...work.rows.values()]);
  const [added, removed] = [sum(rows, (row) => row.added), sum(rows, (row) => row.removed)];
  const updated = sum(rows, (row) => row.updated);
  return {
    numImagesLabeled: sum(works, (work) => work.unique.images),
    numBoxesDrawn: added - removed,
    numImagesMarkedNull: sum(works, (work) => work.unique.nulls),
    totalImagesUsingModelAssist: sum(works, (work) => work.unique.assisted),
    numBoxesAdded: added,
    numBoxesRemoved: removed,
    numBoxesUpdated: updated,
    // Not the sum of the rows' netBoxesAdded: the API documents two definitions under one name.
    netBoxesAdded: added - removed,
    netBoxesUpdated: updated,
    approvalRate: approvalRate(
      sum(rows, (row) => row.reviewed),
      sum(rows, (row) => row.firstPass),
      ofNothing,
    ),
  };
}

/** The answer of `GET /{workspace}/stats`: rows by project and labeler, their people, and the pooled totals. */
export function statsAnswer(workspace: Workspace, works: readonly ProjectWork[], behaviour: Behaviour) {
  const ofNothing = behaviour.approvalOfNothing;
  const seen = new Set(works.flatMap((work) => [...work.rows.keys()]));
  const people = workspace.labelers.filter(({ index }) => seen.has(index));
  return {
    data: works.flatMap(({ project, rows }) =>
      [...rows]
        .sort(([a], [b]) => a - b)
        .map(([index, tally]) => rowAnswer(workspace, project, index, tally, ofNothing)),
    ),
    labelers: people.map(({ id, displayName, email }) => ({ id, displayName, email })),
    stats: totals(works, ofNothing),
    meta: { notices: [NOTICE] },
  };
}

function projectAnswer(workspace: Workspace, project: Project, images: number, today: number) {
  const { type, name, annotation } = project.plan;
  // The backlog goes up and down over a week; nothing else in the world depends on it.
  const unannotated = 40 + (project.seed % 200) + 10 * ((today + project.index) % 7);
  return {
    id: `${workspace.name}/${project.slug}`,
    ...{ type, name, annotation },
    created: epochSecondsOf(project.createdOn) + 0.137,
    updated: epochSecondsOf(today) + 0.251,
    images: images + unannotated,
    unannotated,
    versions: 1 + (project.seed % 9),
    public: false,
    splits: { train: Math.floor(images * 0.7), valid: Math.floor(images * 0.2), test: Math.floor(images * 0.1) },
    classes: { [annotation]: images },
  };
}

/** The answer of `GET /{workspace}`: the workspace and its projects; `works` covers all days. */
export function workspaceAnswer(workspace: Workspace, works: readonly ProjectWork[], today: number) {
  const images = new Map(works.map(({ project, unique }) => [project.index, unique.images]));
  return {
    workspace: {
      name: workspace.name,
      url: workspace.name,
      members: workspace.labelers.filter(({ system }) => !system).length,
      projects: workspace.projects.map((project) =>
        projectAnswer(workspace, project, images.get(project.index) ?? 0, today),
      ),
    },
  };
}

/** The answer of `GET /`: which workspace the key belongs to. */
export function rootAnswer(workspace: Workspace) {
  return {
    welcome: "Welcome to the simulated Roboflow API.",
    instructions: "You are successfully authenticated.",
    docs: "https://docs.roboflow.com",
    workspace: workspace.name,
  };
}
