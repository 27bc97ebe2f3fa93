import { FIRST_DAY } from "../calendar/windows.ts";
import { readDay } from "./days.ts";
import type { Behaviour } from "./deviations.ts";
import type { Present, Range } from "./history.ts";
import { type ApiRequest, refusal, type Reply } from "./http.ts";
import { type ProjectWork, type Tally, tallyWork } from "./tally.ts";
import { labelerAt, type Labeler, type Project, type Workspace } from "./workspaces.ts";

const NOTICE = `Annotation metrics are only available from ${FIRST_DAY} (August 1, 2023) and later.`;

type OfNothing = Behaviour["approvalOfNothing"];

/** The approval rate where nothing was reviewed; JSON leaves out what is undefined. */
const OF_NOTHING: Readonly<Record<OfNothing, number | null | undefined>> = {
  "0": 0,
  "100": 100,
  null: null,
  absent: undefined,
};

/** Whether a project is the one asked for; `asked` is a slug or an id. */
const ASKED: Readonly<Record<Behaviour["filter"], (project: Project, asked: string) => boolean>> = {
  slug: ({ slug }, asked) => slug === asked,
  id: ({ id }, asked) => id === asked,
  ignored: () => true,
};

/** Percent with at most two decimals. */
function approvalRate(reviewed: number, firstPass: number, ofNothing: OfNothing): number | null | undefined {
  return reviewed === 0 ? OF_NOTHING[ofNothing] : Math.round((10_000 * firstPass) / reviewed) / 100;
}

function reviewFields(tally: Tally, ofNothing: OfNothing) {
  const { approved, rejected, reviewed, firstPass } = tally;
  return { approved, rejected, approvalRate: approvalRate(reviewed, firstPass, ofNothing) };
}

function idFields(workspace: Workspace, project: Project, labeler: Labeler) {
  return {
    projectId: project.id,
    projectName: project.plan.name,
    projectType: project.plan.type,
    labelerId: labeler.id,
    workspaceId: workspace.id,
  };
}

function countFields(project: Project, tally: Tally, ofNothing: OfNothing) {
  return {
    imagesLabeled: tally.images,
    uniqueImagesLabeled: tally.unique,
    boxesDrawn: tally.added - tally.removed,
    markedNull: tally.nulls,
    modelAssisted: tally.assisted,
    // A project without review does not have these fields.
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
  const [reviewed, firstPass] = [sum(rows, (row) => row.reviewed), sum(rows, (row) => row.firstPass)];
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
    approvalRate: approvalRate(reviewed, firstPass, ofNothing),
  };
}

function rowsOf(workspace: Workspace, { project, rows }: ProjectWork, ofNothing: OfNothing) {
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([index, tally]) => ({
      ...idFields(workspace, project, labelerAt(workspace, index)),
      ...countFields(project, tally, ofNothing),
    }));
}

/** The people who worked, as an answer names them. */
export function peopleOf(workspace: Workspace, works: readonly ProjectWork[]) {
  const seen = new Set(works.flatMap(({ rows }) => [...rows.keys()]));
  const people = workspace.labelers.filter(({ index }) => seen.has(index));
  return people.map(({ id, displayName, email }) => ({ id, displayName, email }));
}

function readRange(workspace: Workspace, query: URLSearchParams, { filter, endDate }: Behaviour): Range | Reply {
  const [from, to] = [readDay(query.get("startDate") ?? ""), readDay(query.get("endDate") ?? "")];
  if (from === undefined) return refusal(400, "startDate must be a date, YYYY-MM-DD");
  if (to === undefined) return refusal(400, "endDate must be a date, YYYY-MM-DD");
  if (from > to) return refusal(400, "startDate must not be after endDate");
  const asked = query.get("project");
  const projects = workspace.projects.filter((project) => asked === null || ASKED[filter](project, asked));
  if (projects.length === 0) return refusal(404, "the project does not exist or cannot be seen with this key");
  const last = endDate === "exclusive" ? to - 1 : to;
  return { from, to: last, projects, labelerId: query.get("userId") ?? undefined };
}

/** `GET /{workspace}/stats`: rows by project and labeler, their people, and totals over all rows. */
export function answerStats(workspace: Workspace, { query }: Pick<ApiRequest, "query">, present: Present): Reply {
  const range = readRange(workspace, query, present.behaviour);
  if ("status" in range) return range;
  const ofNothing = present.behaviour.approvalOfNothing;
  const works = tallyWork(workspace, range, present);
  const body = {
    data: works.flatMap((work) => rowsOf(workspace, work, ofNothing)),
    labelers: peopleOf(workspace, works),
    stats: totals(works, ofNothing),
    meta: { notices: [NOTICE] },
  };
  return { status: 200, body };
}
