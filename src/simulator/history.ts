import { DAY_MINUTES, dayInZone, epochMsOf } from "./days.ts";
import type { Behaviour } from "./deviations.ts";
import { type Session, REACH_DAYS, numbersPerDay, sessionsOfDay } from "./sessions.ts";
import { type Project, type Workspace, labelerAt } from "./workspaces.ts";

/** Sessions of a project from one day to another, both included, by day, labeler and time. */
export type History = (workspace: Workspace, project: Project, from: number, to: number) => Iterable<Session>;

/** What is asked for: days as numbers, both included; without a labeler, everyone's work. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly projects: readonly Project[];
  readonly labelerId: string | undefined;
  /** Minutes since day 0, both included, where only part of the first and the last day is asked for. */
  readonly minutes?: { readonly first: number; readonly last: number };
  /** First day with data; day 0 by default. */
  readonly firstDay?: number;
}

/** A moment in history. */
export interface Moment {
  /** In the zone of the history's days. */
  readonly today: number;
  /** Minutes since day 0; later sessions have not happened yet. */
  readonly minute: number;
  readonly history: History;
}

/** A session, and the images of the project that it labels for the first time. */
export interface Labeling {
  readonly session: Session;
  /** Minutes since day 0. */
  readonly minute: number;
  /** Their numbers. */
  readonly images: readonly number[];
}

/** Images that were uploaded together. Images are labeled in the order of their upload. */
export interface Batch {
  readonly seed: number;
  readonly id: string;
  /** When it was uploaded, in minutes since day 0. */
  readonly minute: number;
  readonly images: number;
  /** Images of the project up to the end of this batch. */
  readonly end: number;
}

/** The images of a project at a moment. */
export interface Dataset {
  /** What has been uploaded, oldest first. */
  readonly batches: readonly Batch[];
  /** The sessions up to the labeling of the last of these images, in order of time. At infinity: never labeled. */
  readonly labelings: readonly Labeling[];
}

/** First-pass approval that replaces a labeler's own in the last seven days, by labeler id. */
export type Approvals = ReadonlyMap<string, number>;

/** The moment of a request, and what answers depend on. */
export interface Present extends Moment {
  readonly behaviour: Behaviour;
  readonly approvals: Approvals;
  readonly datasetOf: (workspace: Workspace, project: Project) => Dataset;
}

const BLOCK_DAYS = 32;
/** Enough for the default workspaces; of larger ones the rest is computed again for each request. */
const MAX_SESSIONS = 400_000;
/** Zones change their offset at a quarter of an hour, if at all. */
const STEP_MINUTES = 15;
/** No zone is a whole day away from UTC. */
const ZONE_DAYS = 1;

/** Computes sessions when they are asked for, a block of days at a time, and remembers a limited number of them. */
export function createHistory(maxSessions = MAX_SESSIONS): History {
  const blocks = new Map<string, readonly Session[]>();
  let kept = 0;

  function block(workspace: Workspace, project: Project, number: number): readonly Session[] {
    const key = `${workspace.name}/${project.index}/${number}`;
    const known = blocks.get(key);
    if (known) return known;
    const days = Array.from({ length: BLOCK_DAYS }, (_, day) => number * BLOCK_DAYS + day);
    const made = days.flatMap((day) => sessionsOfDay(workspace, project, day));
    kept += made.length;
    if (kept <= maxSessions) blocks.set(key, made);
    else kept -= made.length;
    return made;
  }

  return function* sessions(workspace, project, from, to) {
    for (let number = Math.floor(from / BLOCK_DAYS); number * BLOCK_DAYS <= to; number++) {
      for (const session of block(workspace, project, number)) {
        if (session.day >= from && session.day <= to) yield session;
      }
    }
  };
}

function compare(a: Session, b: Session): number {
  return a.day - b.day || a.labeler - b.labeler || a.minute - b.minute;
}

/** The same sessions at the same instants, each on its calendar day in a time zone. */
export function historyInZone(history: History, timeZone: string): History {
  const days = new Map<number, number>();
  const dayOf = (minute: number): number => {
    const step = Math.floor(minute / STEP_MINUTES);
    const day = days.get(step) ?? dayInZone(epochMsOf(step * STEP_MINUTES), timeZone);
    days.set(step, day);
    return day;
  };
  const moved = (session: Session): Session => {
    const instant = session.day * DAY_MINUTES + session.minute;
    const day = dayOf(instant);
    return { ...session, day, minute: instant - day * DAY_MINUTES };
  };
  return (workspace, project, from, to) =>
    // Sorted again: counting needs a labeler's day in one piece.
    [...history(workspace, project, from - ZONE_DAYS, to + ZONE_DAYS)]
      .map(moved)
      .filter(({ day }) => day >= from && day <= to)
      .sort(compare);
}

/** The history by the days of each zone. */
export function createHistories(): (zone: string) => History {
  const inUtc = createHistory();
  const histories = new Map([["UTC", inUtc]]);
  return (zone) => {
    const history = histories.get(zone) ?? historyInZone(inUtc, zone);
    histories.set(zone, history);
    return history;
  };
}

function isWithin(session: Session, { minutes }: Range, moment: Moment): boolean {
  const minute = session.day * DAY_MINUTES + session.minute;
  return minute <= moment.minute && (!minutes || (minute >= minutes.first && minute <= minutes.last));
}

/** The sessions of a project in a range that have happened. */
export function* sessionsIn(
  workspace: Workspace,
  project: Project,
  range: Range,
  moment: Moment,
): Generator<Session, void> {
  const to = Math.min(range.to, moment.today);
  for (const session of moment.history(workspace, project, range.from, to)) {
    const { id } = labelerAt(workspace, session.labeler);
    if (range.labelerId !== undefined && id !== range.labelerId) continue;
    if (isWithin(session, range, moment)) yield session;
  }
}

/** The part of a range that has data; undefined where it has none. */
export function clampRange(range: Range, { today }: Moment): Range | undefined {
  const to = Math.min(range.to, today);
  const from = Math.max(range.from, range.firstDay ?? 0);
  return from > to ? undefined : { ...range, from, to };
}

/** One mark, 0 at first, for each image that sessions of a range can touch; they reach back before the range. */
export function imageMarks(workspace: Workspace, { from, to }: Pick<Range, "from" | "to">) {
  // A day of another zone may hold sessions, and with them images, of the UTC days before and after it.
  const first = (from - ZONE_DAYS - REACH_DAYS) * numbersPerDay(workspace);
  return { first, marks: new Int32Array((to + ZONE_DAYS + 1) * numbersPerDay(workspace) - first) };
}
