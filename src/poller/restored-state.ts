import type { LegacyWorkspaceStats } from "../sources/legacy/fields.ts";
import type { WorkspaceStats } from "../sources/insights/stats.ts";
import type { Moment } from "../clock.ts";
import { type LegacyState, renderLegacyData } from "../metrics/legacy-data.ts";
import { type DataOptions, renderWorkspaceData } from "../exposition/source-data.ts";
import type { WorkspaceState } from "../exposition/workspace-state.ts";

/**
 * The state before the first poll when a former process left what its last good one brought. That it was not polled
 * yet stays true: nobody knows how the former process fared after it.
 */
export async function restoredState(
  state: WorkspaceState,
  stats: WorkspaceStats,
  lastSuccess: Moment,
  options: DataOptions,
): Promise<WorkspaceState> {
  return { ...state, workspace: stats.workspace, lastSuccess, data: await renderWorkspaceData(stats, options) };
}

/** The same for the legacy endpoint, of which nobody knows whether it is still there. */
export async function restoredLegacyState(
  state: LegacyState,
  stats: LegacyWorkspaceStats,
  lastSuccess: Moment,
  options: DataOptions,
): Promise<LegacyState> {
  return { ...state, lastSuccess, data: await renderLegacyData(stats, options) };
}
