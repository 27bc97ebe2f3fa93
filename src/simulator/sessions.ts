import { LEGACY_FIRST_DAY } from "./days.ts";
import { between, integerBetween, randomFrom, seedOf, type Random } from "./random.ts";
import type { Labeler, Project, Workspace } from "./world.ts";

/**
 * One sitting of a labeler in a project.
 *
 * It works on `count` images numbered from `first`. Image numbers are not drawn but reckoned: every labeler has
 * a batch of numbers per project and day, so that any day can be made without the days before it, and all that is
 * true of an image (null, model-assisted, review) follows from its number.
 */
export interface Session {
  readonly day: number;
  /** Minutes from the start of `day` in UTC; the session counts from then on. Of another zone's day, it may be outside of it. */
  readonly minute: number;
  readonly labeler: number;
  /** Whose batch the images are from. */
  readonly owner: number;
  readonly first: number;
  readonly count: number;
  /** First work on these images: only this is reviewed, so that each image is reviewed for one labeler and day. */
  readonly fresh: boolean;
  readonly added: number;
  readonly removed: number;
  readonly updated: number;
  /** Boxes present at the end of the session that were added in it. */
  readonly net: number;
}

/** Rework and cleanup reach back at most this far. */
export const REACH_DAYS = 20;

/** Annotations changed per annotation of the images worked on. */
const KINDS = {
  fresh: { added: [0.8, 1.2], removed: [0.02, 0.1], updated: [0.05, 0.25] },
  rework: { added: [0.05, 0.2], removed: [0.02, 0.12], updated: [0.2, 0.6] },
  cleanup: { added: [0, 0.02], removed: [0.4, 0.9], updated: [0.05, 0.15] },
} as const;

const MORNING = [8 * 60, 12 * 60 - 1] as const;
const AFTERNOON = [12 * 60 + 30, 18 * 60 - 1] as const;
const AFTERNOON_FRESH = 0.65;
const OWN_REWORK = 0.6;

interface Desk {
  readonly workspace: Workspace;
  readonly project: Project;
  readonly labeler: Labeler;
  readonly day: number;
  readonly random: Random;
}

/** Image numbers per (project, day): a batch for each labeler, a morning half and an afternoon half. */
export function numbersPerDay(workspace: Workspace): number {
  return workspace.labelers.length * batchSize(workspace);
}

function batchSize(workspace: Workspace): number {
  return 2 * workspace.pace.images[1];
}

function firstOfBatch(workspace: Workspace, day: number, owner: number): number {
  return day * numbersPerDay(workspace) + owner * batchSize(workspace);
}

function boxesOf(desk: Desk, kind: keyof typeof KINDS, count: number) {
  const share = KINDS[kind];
  const boxes = count * desk.project.plan.boxes;
  const added = Math.round(boxes * between(desk.random, share.added));
  const removed = Math.round(boxes * between(desk.random, share.removed));
  const updated = Math.round(boxes * between(desk.random, share.updated));
  const undone = Math.floor(Math.min(added, removed) * desk.random());
  return { added, removed, updated, net: added - undone };
}

function freshSession(desk: Desk, half: 0 | 1): Session {
  const { workspace, labeler, day, random } = desk;
  const count = integerBetween(random, workspace.pace.images);
  return {
    day,
    minute: integerBetween(random, half === 0 ? MORNING : AFTERNOON),
    labeler: labeler.index,
    owner: labeler.index,
    first: firstOfBatch(workspace, day, labeler.index) + half * workspace.pace.images[1],
    count,
    fresh: true,
    ...boxesOf(desk, "fresh", count),
  };
}

/** Goes back to images of an earlier day, or of this morning. */
function secondLook(desk: Desk, kind: "rework" | "cleanup"): Session {
  const { workspace, labeler, day, random } = desk;
  const owner = random() < OWN_REWORK ? labeler.index : Math.floor(random() * workspace.labelers.length);
  // Not to before the first day of the endpoint whose day this is.
  const oldest = day < 0 ? day - LEGACY_FIRST_DAY : day;
  const back = Math.min(oldest, integerBetween(random, [0, REACH_DAYS]));
  const count = integerBetween(random, workspace.pace.images);
  return {
    day,
    minute: integerBetween(random, AFTERNOON),
    labeler: labeler.index,
    owner,
    first: firstOfBatch(workspace, day - back, owner),
    count,
    fresh: false,
    ...boxesOf(desk, kind, count),
  };
}

function sessionsAt(desk: Desk): readonly Session[] {
  const { labeler, workspace, random } = desk;
  if (random() < labeler.cleanupShare) return [secondLook(desk, "cleanup")];
  const morning = freshSession(desk, 0);
  if (random() >= workspace.pace.secondSession) return [morning];
  return [morning, random() < AFTERNOON_FRESH ? freshSession(desk, 1) : secondLook(desk, "rework")];
}

function sessionsOf(workspace: Workspace, project: Project, labeler: Labeler, day: number): readonly Session[] {
  if (day < project.createdOn || day > project.stoppedOn || day < labeler.joinedOn) return [];
  const pair = { project: project.index, labeler: labeler.index, diligence: labeler.diligence, day };
  const chance = workspace.pace.chance(pair);
  if (chance === 0) return [];
  const random = randomFrom(seedOf(project.seed, labeler.index, day));
  return random() < chance ? sessionsAt({ workspace, project, labeler, day, random }) : [];
}

/** All sessions of a project on a day, by labeler and then by time. */
export function sessionsOfDay(workspace: Workspace, project: Project, day: number): readonly Session[] {
  return workspace.labelers.flatMap((labeler) => sessionsOf(workspace, project, labeler, day));
}
