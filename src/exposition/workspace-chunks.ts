import { calendarDay } from "../calendar/windows.ts";
import { isWorkingTime } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import type { Unmatched } from "../sources/unmatched.ts";
import type { Chunk } from "./chunk.ts";
import { joinChunks } from "./joined-chunks.ts";
import { healthFamilies } from "./health.ts";
import { publishedOf } from "./published.ts";
import { type WindowLines, linesOfSamples, withLineMaker } from "./window-lines.ts";
import { type WorkspaceState, freshForMs } from "./workspace-state.ts";

/** What is published of one workspace, or of some in their order, by metric name. */
export type WorkspaceChunks = ReadonlyMap<string, Chunk>;

interface Made {
  readonly key: string;
  readonly chunks: Promise<WorkspaceChunks>;
}

/** By the workspace's state, which never changes: a poll of one workspace renders nothing of the others. */
const made = new WeakMap<WorkspaceState, Made>();

/** All that decides, with the state, what is published: as long as it is the same, so are the chunks. */
function keyOf(state: WorkspaceState, unmatched: readonly Unmatched[], now: Moment): string {
  const { calendar, timezone, sources } = state;
  const fresh = [...sources.values()].map((source) => (freshForMs(source, now) ?? 0) > 0);
  const works = calendar && isWorkingTime(calendar, now.epochMs, timezone);
  const names = unmatched.map(({ setting, names: { length } }) => [setting, length]);
  return JSON.stringify([calendarDay(now.epochMs, timezone), works, fresh, names]);
}

async function make(state: WorkspaceState, unmatched: readonly Unmatched[], now: Moment): Promise<WorkspaceChunks> {
  const published = await publishedOf(state, now);
  const chunks = new Map<string, Chunk>();
  const add = (name: string, lines: readonly WindowLines[]) => {
    if (lines.length > 0) chunks.set(name, joinChunks(lines.map(({ chunk }) => chunk)));
  };
  for (const [name, lines] of published.lines) add(name, lines);
  await withLineMaker(async (make) => {
    for (const family of healthFamilies({ ...published, unmatched, now }))
      add(family.definition.name, await linesOfSamples(make, family));
  });
  return chunks;
}

/** The chunks of a workspace as of the given moment: those made before, unless something has changed. */
export function chunksOf(
  state: WorkspaceState,
  unmatched: readonly Unmatched[],
  now: Moment,
): Promise<WorkspaceChunks> {
  const key = keyOf(state, unmatched, now);
  const known = made.get(state);
  if (known?.key === key) return known.chunks;
  const chunks = make(state, unmatched, now);
  made.set(state, { key, chunks });
  // What failed once, for lack of memory for example, is tried again: kept, it would block every later snapshot.
  chunks.catch(() => made.delete(state));
  return chunks;
}

/** So many workspaces are joined at a time: about as many as there are groups of 500 workspaces. */
export const GROUP = 25;

interface Group {
  readonly members: readonly WorkspaceChunks[];
  readonly joined: WorkspaceChunks;
}

/** By the first member. Chunks never change. */
const groups = new WeakMap<WorkspaceChunks, Group>();

function join(members: readonly WorkspaceChunks[]): WorkspaceChunks {
  const names = new Set(members.flatMap((one) => [...one.keys()]));
  return new Map([...names].map((name) => [name, joinChunks(members.flatMap((one) => one.get(name) ?? []))]));
}

function joinedGroup(members: readonly WorkspaceChunks[]): WorkspaceChunks[] {
  const [first] = members;
  if (!first || members.length === 1) return [...members];
  const known = groups.get(first);
  const isSame = known?.members.length === members.length && members.every((one, at) => one === known.members[at]);
  const joined = isSame ? known.joined : join(members);
  groups.set(first, { members, joined });
  return [joined];
}

/**
 * Joins workspaces in groups and keeps what was joined: when one of hundreds has changed, only its group is joined again.
 */
export function inGroups(all: readonly WorkspaceChunks[]): WorkspaceChunks[] {
  const starts = Array.from({ length: Math.ceil(all.length / GROUP) }, (_, index) => index * GROUP);
  return starts.flatMap((start) => joinedGroup(all.slice(start, start + GROUP)));
}
