import { FIRST_WORK_DAY } from "./days.ts";
import { between, integerBetween, randomFrom, seedOf, type Random } from "./random.ts";
import type { Labeler, Project, Workspace } from "./workspaces.ts";

/**
 * A labeler's work on `count` images of a project, numbered from `first`.
 *
 * Each labeler has a block of image numbers per project and day, so that a day can be computed without the days
 * before it. Everything about an image (null, model-assisted, review) follows from its number.
 */
export interface Session {
  readonly day: number;
  /** Minutes from the start of `day` in UTC; the session counts from then on. In another zone, it may lie outside the UTC day. */
  readonly minute: number;
  readonly labeler: number;
  /** Whose block the images are from. */
  readonly owner: number;
  readonly first: number;
  readonly count: number;
  /** First work on these images. Only first work is reviewed, so each image is reviewed for one labeler and day. */
  readonly fresh: boolean;
  readonly added: number;
  readonly removed: number;
  readonly updated: number;
  /** Boxes present at the end of the session that were added in it. */
  readonly net: number;
}

/** Maximum age of the images that rework and cleanup return to. */
export const REACH_DAYS = 20;

/** Annotations changed, as shares of the annotations of these images. */
const KINDS = {
  fresh: { added: [0.8, 1.2], removed: [0.02, 0.1], updated: [0.05, 0.25] },
  rework: { added: [0.05, 0.2], removed: [0.02, 0.12], updated: [0.2, 0.6] },
  cleanup: { added: [0, 0.02], removed: [0.4, 0.9], updated: [0.05, 0.15] },
} as const;

const MORNING = [8 * 60, 12 * 60 - 1] as const;
const AFTERNOON = [12 * 60 + 30, 18 * 60 - 1] as const;
const AFTERNOON_FRESH = 0.65;
const OWN_REWORK = 0.6;

/** A labeler who works in a project on a day. */
interface Workday {
  readonly workspace: Workspace;
  readonly project: Project;
  readonly labeler: Labeler;
  readonly day: number;
  readonly random: Random;
}

/** Image numbers per project and day: a block for each labeler, half for the morning and half for the afternoon. */
export function numbersPerDay(workspace: Workspace): number {
  return workspace.labelers.length * blockSize(workspace);
}

function blockSize(workspace: Workspace): number {
  return 2 * workspace.pace.images[1];
}

function firstOfBlock(workspace: Workspace, day: number, owner: number): number {
  return day * numbersPerDay(workspace) + owner * blockSize(workspace);
}

function boxesOf(workday: Workday, kind: keyof typeof KINDS, count: number) {
  const share = KINDS[kind];
  const boxes = count * workday.project.plan.boxes;
  const added = Math.round(boxes * between(workday.random, share.added));
  const removed = Math.round(boxes * between(workday.random, share.removed));
  const updated = Math.round(boxes * between(workday.random, share.updated));
  const undone = Math.floor(Math.min(added, removed) * workday.random());
  return { added, removed, updated, net: added - undone };
}

function freshSession(workday: Workday, half: 0 | 1): Session {
  const { workspace, labeler, day, random } = workday;
  const count = integerBetween(random, workspace.pace.images);
  return {
    day,
    minute: integerBetween(random, half === 0 ? MORNING : AFTERNOON),
    labeler: labeler.index,
    owner: labeler.index,
    first: firstOfBlock(workspace, day, labeler.index) + half * workspace.pace.images[1],
    count,
    fresh: true,
    ...boxesOf(workday, "fresh", count),
  };
}

/** Returns to images of an earlier day, or of this morning. */
function secondLook(workday: Workday, kind: "rework" | "cleanup"): Session {
  const { workspace, labeler, day, random } = workday;
  const owner = random() < OWN_REWORK ? labeler.index : Math.floor(random() * workspace.labelers.length);
  // From day 0 on, not to images of days that `/{workspace}/stats` does not know.
  const oldest = day < 0 ? day - FIRST_WORK_DAY : day;
  const back = Math.min(oldest, integerBetween(random, [0, REACH_DAYS]));
  const count = integerBetween(random, workspace.pace.images);
  return {
    day,
    minute: integerBetween(random, AFTERNOON),
    labeler: labeler.index,
    owner,
    first: firstOfBlock(workspace, day - back, owner),
    count,
    fresh: false,
    ...boxesOf(workday, kind, count),
  };
}

function sessionsAt(workday: Workday): readonly Session[] {
  const { labeler, workspace, random } = workday;
  if (random() < labeler.cleanupShare) return [secondLook(workday, "cleanup")];
  const morning = freshSession(workday, 0);
  if (random() >= workspace.pace.secondSession) return [morning];
  return [morning, random() < AFTERNOON_FRESH ? freshSession(workday, 1) : secondLook(workday, "rework")];
}

function sessionsOf(workspace: Workspace, project: Project, labeler: Labeler, day: number): readonly Session[] {
  if (day < project.createdOn || day > project.stoppedOn || day < labeler.joinedOn) return [];
  const chance = workspace.pace.chance(project, labeler, day);
  if (chance === 0) return [];
  const random = randomFrom(seedOf(project.seed, labeler.index, day));
  return random() < chance ? sessionsAt({ workspace, project, labeler, day, random }) : [];
}

/** All sessions of a project on a day, by labeler and then by time. */
export function sessionsOfDay(workspace: Workspace, project: Project, day: number): readonly Session[] {
  return workspace.labelers.flatMap((labeler) => sessionsOf(workspace, project, labeler, day));
}
