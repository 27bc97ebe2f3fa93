import { calendarDay } from "../calendar/windows.ts";
import { isWorkingTime } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import type { Unmatched } from "../sources/unmatched.ts";
import { type Chunk, withChunkMaker } from "./chunk.ts";
import { healthFamilies } from "./health-families.ts";
import { publishedOf } from "./published.ts";
import { renderByWindow } from "./source-data.ts";
import { type WorkspaceState, freshForMs } from "./workspace-state.ts";

/** What is published of one workspace, by metric name. */
export type WorkspaceChunks = ReadonlyMap<string, readonly Chunk[]>;

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
  const chunks = new Map<string, readonly Chunk[]>();
  for (const [name, lines] of published.lines)
    chunks.set(
      name,
      lines.map(({ chunk }) => chunk),
    );
  await withChunkMaker(async (maker) => {
    for (const family of healthFamilies({ ...published, unmatched, now })) {
      const lines = await renderByWindow(family, maker);
      chunks.set(
        family.definition.name,
        lines.map(({ chunk }) => chunk),
      );
    }
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
  return chunks;
}
