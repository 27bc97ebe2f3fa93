import type { Behaviour } from "./behaviour.ts";
import { DAY_MINUTES } from "./days.ts";
import { mix } from "./random.ts";
import { byteShare, countReview, firstPassRatio, type Approvals, type ReviewTally } from "./review.ts";
import type { SessionBook } from "./session-book.ts";
import { numbersPerDay, REACH_DAYS, type Session } from "./sessions.ts";
import type { Labeler, Project, Workspace } from "./world.ts";

/** Counts of images. */
export interface ImageTally {
  images: number;
  nulls: number;
  assisted: number;
}

/** A labeler's work in a project: an image counts once a day, and in `unique` once. */
export interface Tally extends ImageTally, ReviewTally {
  unique: number;
  added: number;
  removed: number;
  updated: number;
  net: number;
}

/** A project's work in a range: a tally for each labeler (by index), and each image counted once. */
export interface ProjectWork {
  readonly project: Project;
  readonly rows: ReadonlyMap<number, Tally>;
  readonly unique: Readonly<ImageTally>;
}

/** What is asked: days as numbers, both included; no filter means everything. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly projects: readonly Project[];
  readonly labelerId: string | undefined;
  /** Minutes since day 0, both included, when only part of the first and the last day is asked for. */
  readonly minutes?: { readonly first: number; readonly last: number };
  /** First day with data; day 0 unless given. */
  readonly firstDay?: number;
}

/** The moment of asking and what depends on it. */
export interface Present {
  readonly behaviour: Behaviour;
  /** In the zone whose days the API's days are. */
  readonly today: number;
  /** Minutes since day 0; sessions later than this have not happened yet. */
  readonly minute: number;
  readonly approvals: Approvals;
  readonly sessions: SessionBook;
}

/** A zone's day may hold sessions, and with them images, of the UTC days beside it. */
const ZONE_DAYS = 1;

/** Image numbers from `first` up to, but not including, `end`. */
interface Span {
  readonly first: number;
  readonly end: number;
}

interface Count {
  readonly work: { readonly project: Project; readonly rows: Map<number, Tally>; readonly unique: ImageTally };
  /** By labeler the numbers of the images of each session. */
  readonly spans: Map<number, Span[]>;
  /** For each image the number of the (day, labeler) that touched it last; 0 when none did. */
  readonly marks: Int32Array;
  readonly firstNumber: number;
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

/** How many numbers the spans hold together. */
function distinct(spans: readonly Span[]): number {
  let [total, reached] = [0, -Infinity];
  for (const { first, end } of spans.toSorted((a, b) => a.first - b.first)) {
    total += Math.max(0, end - Math.max(first, reached));
    reached = Math.max(reached, end);
  }
  return total;
}

function countSession(count: Count, session: Session, mark: number, ratio: number, assistShare: number): void {
  const { work, marks, firstNumber } = count;
  const { plan, seed } = work.project;
  const row = rowOf(work.rows, session.labeler);
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
    if (before === 0) countImage(work.unique, isNull, isAssisted);
    if (plan.review && session.fresh) countReview(row, bits, ratio);
  }
}

function isWithin(session: Session, { minutes }: Range, present: Present): boolean {
  const minute = session.day * DAY_MINUTES + session.minute;
  return minute <= present.minute && (!minutes || (minute >= minutes.first && minute <= minutes.last));
}

/** The sessions of a project that a range holds and that have happened. */
export function* sessionsIn(
  workspace: Workspace,
  project: Project,
  range: Range,
  present: Present,
): Generator<Session, void> {
  const to = Math.min(range.to, present.today);
  for (const session of present.sessions(workspace, project, range.from, to)) {
    const { id } = labelerAt(workspace, session.labeler);
    if (range.labelerId !== undefined && id !== range.labelerId) continue;
    if (isWithin(session, range, present)) yield session;
  }
}

function workOf(
  workspace: Workspace,
  project: Project,
  range: Range,
  present: Present,
  marks: Int32Array,
): ProjectWork {
  const work = { project, rows: new Map<number, Tally>(), unique: { images: 0, nulls: 0, assisted: 0 } };
  const spans = new Map<number, Span[]>();
  const count = { work, spans, marks: marks.fill(0), firstNumber: firstNumber(workspace, range) };
  for (const session of sessionsIn(workspace, project, range, present)) {
    const labeler = labelerAt(workspace, session.labeler);
    const mark = 1 + (session.day - range.from) * workspace.labelers.length + session.labeler;
    const ratio = firstPassRatio(labeler, session, present.today, present.approvals);
    countSession(count, session, mark, ratio, labelerAt(workspace, session.owner).assistShare);
  }
  for (const [labeler, own] of spans) rowOf(work.rows, labeler).unique = distinct(own);
  return work;
}

/** The lowest image number that work in a range can touch. */
export function firstNumber(workspace: Workspace, { from }: Pick<Range, "from">): number {
  return (from - ZONE_DAYS - REACH_DAYS) * numbersPerDay(workspace);
}

/** The labeler with an index. */
export function labelerAt(workspace: Workspace, index: number): Labeler {
  const labeler = workspace.labelers[index];
  if (!labeler) throw new RangeError(`${workspace.name} has no labeler ${index}`);
  return labeler;
}

/** The part of a range that has data; undefined when there is none. */
export function clampRange(range: Range, { today }: Present): Range | undefined {
  const to = Math.min(range.to, today);
  const from = Math.max(range.from, range.firstDay ?? 0);
  return from > to ? undefined : { ...range, from, to };
}

/** For each image of a range the mark of who touched it; sessions reach back before the range. */
export function emptyMarks(workspace: Workspace, range: Range): Int32Array {
  return new Int32Array((range.to + ZONE_DAYS + 1) * numbersPerDay(workspace) - firstNumber(workspace, range));
}

/** Adds up all sessions of a range that have happened, project by project; projects without work are left out. */
export function aggregate(workspace: Workspace, asked: Range, present: Present): readonly ProjectWork[] {
  const range = clampRange(asked, present);
  if (!range) return [];
  const marks = emptyMarks(workspace, range);
  const works = range.projects.map((project) => workOf(workspace, project, range, present, marks));
  return works.filter(({ rows }) => rows.size > 0);
}
