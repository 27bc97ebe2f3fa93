import type { Clock } from "../clock.ts";
import { renderSourceData } from "../exposition/source-data.ts";
import type { SourceState, WorkspaceState } from "../exposition/workspace-state.ts";
import type { Collected, PollPlan, Settings, Source } from "../sources/source.ts";
import { SOURCES } from "../sources/sources.ts";
import type { RestartCache } from "../storage/restart-cache.ts";
import type { StoredFile } from "../storage/stored-file.ts";
import { pollTiming } from "./attempt.ts";
import { UNRESOLVED, initialSourceState, workspaceState } from "./state.ts";
import type { Timetable } from "./timetable.ts";

/** A source that a workspace's configuration asks for, before its first poll. */
export interface Planned {
  readonly source: Source;
  readonly plan: PollPlan;
  readonly stored: StoredFile<Collected>;
  readonly initial: SourceState;
  /** The state that a former process stored; the initial state if there is none. */
  readonly restored: SourceState;
}

/** A workspace before its first poll. */
export interface PreparedWorkspace {
  readonly settings: Settings;
  readonly planned: readonly Planned[];
  /** The state that is published until then. */
  readonly state: WorkspaceState;
}

/** Makes the timetable of a plan. Throws ConfigError when it never fires. */
export type MakeTimetable = (plan: PollPlan, settings: Settings) => Timetable;

export interface PrepareDeps {
  readonly cache: RestartCache;
  readonly makeTimetable: MakeTimetable;
  readonly clock: Clock;
}

/** The source still counts as not polled: how the former process went on after its last good poll is unknown. */
async function restoredState(
  { plan, stored, initial }: Omit<Planned, "restored">,
  settings: Settings,
  timetable: Timetable,
): Promise<SourceState> {
  const staleAfterMs = (savedMs: number) => pollTiming(plan, timetable.spacingAt(savedMs)).staleAfterMs;
  const found = await stored.load(staleAfterMs);
  if (!found) return initial;
  const data = await renderSourceData(found.value, settings);
  return { ...initial, staleAfterMs: staleAfterMs(found.saved.epochMs), lastSuccess: found.saved, data };
}

async function planSource(source: Source, settings: Settings, deps: PrepareDeps): Promise<Planned[]> {
  const plan = source.plan(settings.workspace);
  if (!plan) return [];
  const timetable = deps.makeTimetable(plan, settings);
  const initial = initialSourceState(plan, timetable, deps.clock.now());
  const planned = { source, plan, initial, stored: deps.cache(source, settings.workspace) };
  return [{ ...planned, restored: await restoredState(planned, settings, timetable) }];
}

/** The name that is shown until the API has given it: the one of the stored data, if there is any. */
function shownName(planned: readonly Planned[]): string {
  return planned.flatMap(({ restored }) => restored.data?.workspace ?? [])[0] ?? UNRESOLVED;
}

/**
 * Prepares a workspace for its first poll, with the data that a former process stored.
 * @throws ConfigError when a schedule cannot be used
 */
export async function prepareWorkspace(settings: Settings, deps: PrepareDeps): Promise<PreparedWorkspace> {
  const planned: Planned[] = [];
  // One after the other: each may hold megabytes while it is read.
  for (const source of SOURCES) planned.push(...(await planSource(source, settings, deps)));
  const sources = new Map(planned.map(({ source, restored }) => [source.name, restored]));
  const name = settings.workspace.name ?? shownName(planned);
  return { settings, planned, state: workspaceState(settings, name, sources) };
}
