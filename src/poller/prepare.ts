import type { Clock } from "../clock.ts";
import { renderSourceData } from "../exposition/source-data.ts";
import type { SourceState, WorkspaceState } from "../exposition/workspace-state.ts";
import type { Collected, PollPlan, Settings, Source } from "../sources/source.ts";
import { sharingLabelers } from "../sources/known-labelers.ts";
import { SOURCES } from "../sources/sources.ts";
import { type RestartCache, fingerprintOf } from "../storage/restart-cache.ts";
import type { StoredFile } from "../storage/stored-file.ts";
import { type Pause, createPause, pollTiming } from "./loop.ts";
import { UNRESOLVED, initialSourceState, workspaceState } from "./state.ts";
import type { Timetable } from "./timetable.ts";

/** What is known of a source before its first poll. */
interface Known {
  readonly state: SourceState;
  /** What the poll brought that the state's data is of; undefined without data. */
  readonly collected: Collected | undefined;
}

/** A source that a workspace's configuration asks for, before its first poll. */
export interface Planned {
  readonly source: Source;
  readonly plan: PollPlan;
  readonly stored: StoredFile<Collected>;
  readonly initial: SourceState;
  /** What a former process stored, or former pollers knew; the initial state if there is none. */
  readonly known: Known;
  /** While the API asks not to be called. */
  readonly pause: Pause;
}

/** A workspace before its first poll. */
export interface PreparedWorkspace {
  readonly settings: Settings;
  readonly planned: readonly Planned[];
  /** Whether the name is certain: from the configuration, or from the API since the start. */
  readonly isNamed: boolean;
  /** While the API asks not to be called for the name. */
  readonly namePause: Pause;
  /** The state that is published until then. */
  readonly state: WorkspaceState;
}

/** Makes the timetable of a source's plan. Throws ConfigError when it never fires. */
export type MakeTimetable = (plan: PollPlan, settings: Settings, source: string) => Timetable;

export interface PrepareDeps {
  readonly cache: RestartCache;
  readonly makeTimetable: MakeTimetable;
  readonly clock: Clock;
}

/** What is being prepared of one source. */
interface Draft extends Omit<Planned, "known" | "pause"> {
  readonly settings: Settings;
  readonly timetable: Timetable;
}

function staleAfterMs({ plan, timetable }: Draft, savedMs: number): number {
  return pollTiming(plan, timetable.spacingAt(savedMs)).staleAfterMs;
}

/** The source still counts as not polled: how the former process went on after its last good poll is unknown. */
async function storedBefore(draft: Draft): Promise<Known> {
  const { stored, initial, settings } = draft;
  const found = await stored.load((savedMs) => staleAfterMs(draft, savedMs));
  if (!found) return { state: initial, collected: undefined };
  const data = await renderSourceData(found.value, settings);
  const stale = staleAfterMs(draft, found.saved.epochMs);
  return { state: { ...initial, staleAfterMs: stale, lastSuccess: found.saved, data }, collected: found.value };
}

/** A source as former pollers of the same workspace leave it; undefined where a poll would now bring something else. */
function formerOf(source: Source, settings: Settings, before: PreparedWorkspace | undefined): Planned | undefined {
  if (!before) return undefined;
  // The same workspace, although only one of the two configurations may name it.
  const workspace = { ...before.settings.workspace, name: settings.workspace.name };
  const isSame = fingerprintOf(source, { ...before.settings, workspace }) === fingerprintOf(source, settings);
  return isSame ? before.planned.find((planned) => planned.source.name === source.name) : undefined;
}

/** How the polls went stays true. Their data is rendered again, under the new settings. */
async function carriedOver({ state, collected }: Known, draft: Draft): Promise<Known> {
  const { source, initial, settings } = draft;
  const { lastPoll, failure, lastSuccess, isAvailable } = state;
  const carried = { ...initial, lastPoll, failure, lastSuccess, isAvailable };
  if (!collected || !lastSuccess) return { state: carried, collected: undefined };
  const own = source.restore(collected.parts(), settings);
  const data = await renderSourceData(own, settings);
  const stale = staleAfterMs(draft, lastSuccess.epochMs);
  return { state: { ...carried, staleAfterMs: stale, data }, collected: own };
}

async function planSource(
  source: Source,
  settings: Settings,
  deps: PrepareDeps,
  before: PreparedWorkspace | undefined,
): Promise<Planned[]> {
  const plan = source.plan(settings.workspace);
  if (!plan) return [];
  const timetable = deps.makeTimetable(plan, settings, source.name);
  const initial = initialSourceState(plan, timetable, deps.clock.now());
  const planned = { source, plan, initial, stored: deps.cache(source, settings.workspace) };
  const draft = { ...planned, settings, timetable };
  const former = formerOf(source, settings, before);
  const known = former ? await carriedOver(former.known, draft) : await storedBefore(draft);
  // Another key may be used at once.
  const isSameKey = before?.settings.workspace.apiKey === settings.workspace.apiKey;
  return [{ ...planned, known, pause: (isSameKey ? former?.pause : undefined) ?? createPause(deps.clock) }];
}

/** The name that is shown until the API has given it: the one of the known data, if there is any. */
function shownName(planned: readonly Planned[]): string {
  return planned.flatMap(({ known }) => known.state.data?.workspace ?? [])[0] ?? UNRESOLVED;
}

/** Whether the name need not be asked for. Another API may give the key another name. */
function isNamed({ workspace: { name, api } }: Settings, before: PreparedWorkspace | undefined): boolean {
  return name !== undefined || (before?.isNamed === true && before.settings.workspace.api.url === api.url);
}

/** The pause that the API asked for when it was last asked for the name. Another key, or another API, may be asked at once. */
function namePause({ workspace }: Settings, clock: Clock, before: PreparedWorkspace | undefined): Pause {
  const former = before?.settings.workspace;
  const isSame = former?.apiKey === workspace.apiKey && former.api.url === workspace.api.url;
  return (isSame ? before?.namePause : undefined) ?? createPause(clock);
}

/**
 * Prepares a workspace for its first poll, with the data that a former process stored.
 * @param before the same workspace as former pollers leave it, after a change of the configuration
 * @throws ConfigError when a schedule cannot be used
 */
export async function prepareWorkspace(
  settings: Settings,
  deps: PrepareDeps,
  before?: PreparedWorkspace,
): Promise<PreparedWorkspace> {
  const planned: Planned[] = [];
  // One after the other: each may hold megabytes while it is read.
  const sources = SOURCES.filter((source) => source.plan(settings.workspace));
  for (const source of sharingLabelers(sources, deps.clock))
    planned.push(...(await planSource(source, settings, deps, before)));
  const states = new Map(planned.map(({ source, known }) => [source.name, known.state]));
  const name = settings.workspace.name ?? before?.state.workspace ?? shownName(planned);
  return {
    ...{ settings, planned, isNamed: isNamed(settings, before) },
    namePause: namePause(settings, deps.clock, before),
    state: workspaceState(settings, name, states),
  };
}
