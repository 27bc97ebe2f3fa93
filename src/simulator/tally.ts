import { type Approvals, type Present, type Range, clampRange, imageMarks, sessionsIn } from "./history.ts";
import { mix } from "./random.ts";
import type { Session } from "./sessions.ts";
import { type Labeler, labelerAt, type Project, type Workspace } from "./workspaces.ts";

/** Counts of images. */
export interface ImageTally {
  images: number;
  nulls: number;
  assisted: number;
}

/** Results of review. `rejected` counts events: an image rejected twice counts twice. */
export interface ReviewTally {
  reviewed: number;
  firstPass: number;
  approved: number;
  rejected: number;
}

/** A labeler's work in a project: an image counts once per day, and once in `unique`. */
export interface Tally extends ImageTally, ReviewTally {
  unique: number;
  added: number;
  removed: number;
  updated: number;
  net: number;
}

/** A project's work in a range: a tally per labeler (by index), and a tally in which each image counts once. */
export interface ProjectWork {
  readonly project: Project;
  readonly rows: ReadonlyMap<number, Tally>;
  readonly unique: Readonly<ImageTally>;
}

/** Image numbers from `first` up to, but not including, `end`. */
interface Span {
  readonly first: number;
  readonly end: number;
}

/** The counting of a project's sessions. */
interface Count {
  readonly project: Project;
  readonly rows: Map<number, Tally>;
  readonly unique: ImageTally;
  /** Image numbers of each session, by labeler. */
  readonly spans: Map<number, Span[]>;
  /** For each image, which labeler worked on it last, on which day; 0 at first. */
  readonly marks: Int32Array;
  readonly firstNumber: number;
}

/** What decides how the images of a session count. */
interface Grading {
  /** Stands for the labeler and the day. */
  readonly mark: number;
  readonly firstPassShare: number;
  readonly assistShare: number;
}

const REVIEWED_SHARE = 0.8;
const REJECTED_TWICE_SHARE = 0.25;
const FIXED_SHARE = 0.8;
const RECENT_DAYS = 7;

/** One of the four random bytes of an image, as a number from 0 (included) to 1 (excluded). */
export function byteShare(bits: number, byte: 0 | 1 | 2 | 3): number {
  return ((bits >>> (8 * byte)) & 0xff) / 256;
}

/**
 * The share of a session's reviewed images that pass at once.
 *
 * The last seven days end on the current day. A session's review can thus change as time passes, as the API's own
 * numbers do when past work is reviewed. Older history never changes.
 */
export function firstPassShare(labeler: Labeler, session: Session, today: number, approvals: Approvals): number {
  const isRecent = session.day > today - RECENT_DAYS;
  return (isRecent ? approvals.get(labeler.id) : undefined) ?? labeler.quality;
}

/** Counts the review of one image. Most images are reviewed; some rejected ones are never fixed. */
export function countReview(tally: ReviewTally, bits: number, firstPassShare: number): void {
  if (byteShare(bits, 2) >= REVIEWED_SHARE) return;
  tally.reviewed++;
  if (byteShare(bits, 3) < firstPassShare) {
    tally.firstPass++;
    tally.approved++;
    return;
  }
  const fate = mix(bits, 1);
  tally.rejected += byteShare(fate, 0) < REJECTED_TWICE_SHARE ? 2 : 1;
  if (byteShare(fate, 1) < FIXED_SHARE) tally.approved++;
}

function emptyTally(): Tally {
  const work = { images: 0, unique: 0, nulls: 0, assisted: 0, added: 0, removed: 0, updated: 0, net: 0 };
  return { ...work, reviewed: 0, firstPass: 0, approved: 0, rejected: 0 };
}

function rowOf(rows: Map<number, Tally>, labeler: number): Tally {
  const row = rows.get(labeler) ?? emptyTally();
  rows.set(labeler, row);
  return row;
}

function addBoxes(row: Tally, session: Session): void {
  row.added += session.added;
  row.removed += session.removed;
  row.updated += session.updated;
  row.net += session.net;
}

function countImage(tally: ImageTally, isNull: boolean, isAssisted: boolean): void {
  tally.images++;
  if (isNull) tally.nulls++;
  if (isAssisted) tally.assisted++;
}

function noteSpan(spans: Map<number, Span[]>, { labeler, first, count }: Session): void {
  const own = spans.get(labeler) ?? [];
  spans.set(labeler, own);
  own.push({ first, end: first + count });
}

/** How many different numbers the spans hold together. */
function distinct(spans: readonly Span[]): number {
  let [total, reached] = [0, -Infinity];
  for (const { first, end } of spans.toSorted((a, b) => a.first - b.first)) {
    total += Math.max(0, end - Math.max(first, reached));
    reached = Math.max(reached, end);
  }
  return total;
}

function countSession(count: Count, session: Session, grading: Grading): void {
  const { marks, firstNumber, unique } = count;
  const { plan, seed } = count.project;
  const { mark, firstPassShare, assistShare } = grading;
  const row = rowOf(count.rows, session.labeler);
  addBoxes(row, session);
  noteSpan(count.spans, session);
  for (let number = session.first; number < session.first + session.count; number++) {
    const before = marks[number - firstNumber];
    if (before === mark) continue;
    marks[number - firstNumber] = mark;
    const bits = mix(seed, number);
    const isNull = byteShare(bits, 0) < plan.nulls;
    const isAssisted = !isNull && byteShare(bits, 1) < assistShare;
    countImage(row, isNull, isAssisted);
    if (before === 0) countImage(unique, isNull, isAssisted);
    if (plan.review && session.fresh) countReview(row, bits, firstPassShare);
  }
}

/** Counts the sessions of one project; the marks are all 0. */
function countProject(workspace: Workspace, range: Range, present: Present, count: Count): ProjectWork {
  for (const session of sessionsIn(workspace, count.project, range, present)) {
    const labeler = labelerAt(workspace, session.labeler);
    countSession(count, session, {
      mark: 1 + (session.day - range.from) * workspace.labelers.length + session.labeler,
      firstPassShare: firstPassShare(labeler, session, present.today, present.approvals),
      assistShare: labelerAt(workspace, session.owner).assistShare,
    });
  }
  for (const [labeler, own] of count.spans) rowOf(count.rows, labeler).unique = distinct(own);
  return count;
}

/** Counts all sessions of a range that have happened, project by project; projects without work are left out. */
export function tallyWork(workspace: Workspace, asked: Range, present: Present): readonly ProjectWork[] {
  const range = clampRange(asked, present);
  if (!range) return [];
  // One array for all projects: the marks of a long range are large.
  const { first: firstNumber, marks } = imageMarks(workspace, range);
  const works = range.projects.map((project) => {
    const unique = { images: 0, nulls: 0, assisted: 0 };
    const count = { project, rows: new Map(), unique, spans: new Map(), marks: marks.fill(0), firstNumber };
    return countProject(workspace, range, present, count);
  });
  return works.filter(({ rows }) => rows.size > 0);
}
