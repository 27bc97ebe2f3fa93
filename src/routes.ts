import type { Clock } from "./clock.ts";
import type { Config, LabelersConfig, WorkspaceConfig } from "./config/config.ts";
import type { LegacyState } from "./metrics/legacy-data.ts";
import type { WorkspaceState } from "./exposition/workspace-state.ts";
import { initialLegacyState } from "./poller/legacy-poll-state.ts";
import { initialState } from "./poller/state.ts";
import { restoredLegacyState, restoredState } from "./poller/restored-state.ts";
import { type Timetable, createTimetable } from "./poller/timetable.ts";
import { pollTiming } from "./poller/timing.ts";
import { type StoredPolls, openRestartCache } from "./storage/restart-cache.ts";
import type { StoredFileDeps } from "./storage/stored-file.ts";

/** One workspace's way through the program. */
export interface Route {
  readonly workspace: WorkspaceConfig;
  readonly timetable: Timetable;
  /** What is known before the first poll: what a former process left, if anything. */
  readonly state: WorkspaceState;
  /** The same of the legacy endpoint, where it is asked. Apart: each poller publishes its own state, and no other. */
  readonly legacy: LegacyState | undefined;
  /** What the next process will know then. */
  readonly stored: StoredPolls;
}

async function usualState(
  workspace: WorkspaceConfig,
  labelers: LabelersConfig,
  timetable: Timetable,
  { stats }: StoredPolls,
  clock: Clock,
): Promise<WorkspaceState> {
  const state = initialState(workspace, timetable, clock.now());
  const staleAfterMs = (savedMs: number) => pollTiming(workspace.poll, timetable.spacingAt(savedMs)).staleAfterMs;
  const left = await stats.load(staleAfterMs);
  if (!left) return state;
  const perishable = { ...state, staleAfterMs: staleAfterMs(left.saved.epochMs) };
  return restoredState(perishable, left.value, left.saved, { ...workspace, labelers });
}

async function legacyState(
  workspace: WorkspaceConfig,
  labelers: LabelersConfig,
  { legacy }: StoredPolls,
): Promise<LegacyState | undefined> {
  if (!workspace.legacy) return undefined;
  const state = initialLegacyState(workspace.poll);
  const left = await legacy.load(() => state.staleAfterMs);
  return left ? restoredLegacyState(state, left.value, left.saved, { ...workspace, labelers }) : state;
}

async function prepareRoute(
  workspace: WorkspaceConfig,
  labelers: LabelersConfig,
  stored: StoredPolls,
  clock: Clock,
): Promise<Route> {
  const timetable = createTimetable(workspace.poll.schedule, workspace.poll.timezone, clock);
  const state = await usualState(workspace, labelers, timetable, stored, clock);
  return { workspace, timetable, state, legacy: await legacyState(workspace, labelers, stored), stored };
}

/**
 * Prepares every workspace, in the order of the configuration.
 * @throws ConfigError when a schedule or the directory of the restart cache cannot be used
 */
export async function prepareRoutes(config: Config, deps: StoredFileDeps): Promise<Route[]> {
  const routes: Route[] = [];
  // One after the other: each may hold megabytes while it is read.
  for (const [workspace, stored] of await openRestartCache(config, deps))
    routes.push(await prepareRoute(workspace, config.labelers, stored, deps.clock));
  return routes;
}
