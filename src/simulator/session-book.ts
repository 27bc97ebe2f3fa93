import { sessionsOfDay, type Session } from "./sessions.ts";
import type { Project, Workspace } from "./world.ts";

/** Sessions of a project from one day to another, both included, by day, labeler and time. */
export type SessionBook = (workspace: Workspace, project: Project, from: number, to: number) => Iterable<Session>;

const BLOCK_DAYS = 32;
/** Keeps the whole default world; a benchmark's world is made anew when it is too big to keep. */
const MAX_SESSIONS = 400_000;

/** Makes sessions when they are asked for, a block of days at a time, and remembers a bounded number of them. */
export function createSessionBook(maxSessions = MAX_SESSIONS): SessionBook {
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
