import { DAY_MINUTES, dayInZone, epochMsOf } from "./days.ts";
import type { SessionBook } from "./session-book.ts";
import type { Session } from "./sessions.ts";

/** Zones change their offset at a quarter of an hour, if at all. */
const STEP_MINUTES = 15;

function compare(a: Session, b: Session): number {
  return a.day - b.day || a.labeler - b.labeler || a.minute - b.minute;
}

/** The same sessions at the same instants, each on the calendar day it is in a time zone. */
export function sessionsInZone(sessions: SessionBook, timeZone: string): SessionBook {
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
    // No zone is a whole day away from UTC. Sorted, since whoever counts wants a labeler's day in one piece.
    [...sessions(workspace, project, from - 1, to + 1)]
      .map(moved)
      .filter(({ day }) => day >= from && day <= to)
      .sort(compare);
}
