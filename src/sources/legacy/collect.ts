import { mergeLabelers, mergeProjects } from "../../answers/names.ts";
import { daysRange } from "../../calendar/zones.ts";
import type { WorkspaceConfig } from "../../config/config.ts";
import type { CollectDeps, Subject } from "../source.ts";
import type { LegacyStats, LegacyWorkspaceStats } from "./fields.ts";
import { fetchLegacy } from "./requests.ts";

type CollectLegacyConfig = Pick<WorkspaceConfig, "windows"> & {
  readonly poll: Pick<WorkspaceConfig["poll"], "timezone">;
};

/** Everyone with work in the ticks is a labeler, with or without metadata. */
function labelersOf({ ticks, labelers }: LegacyStats) {
  return { rows: [...(ticks?.keys() ?? [])].map((labeler) => ({ labeler })), labelers };
}

/**
 * Asks the legacy endpoint for everything one poll of a workspace needs, one request at a time. All or nothing.
 * @throws ApiError
 */
export async function collectLegacy(
  { name, today }: Subject,
  { windows, poll }: CollectLegacyConfig,
  { ask, observer, signal }: CollectDeps,
): Promise<LegacyWorkspaceStats> {
  const answers: { readonly window: string; readonly stats: LegacyStats }[] = [];
  for (const window of windows) {
    // Not cut at the first day of the other endpoint: days before it are what this one is for.
    const stats = await fetchLegacy(ask, daysRange(window.startOn(today), today, poll.timezone), signal);
    observer.answered(stats);
    answers.push({ window: window.name, stats });
  }
  const all = answers.map(({ stats }) => stats);
  const updates = all.flatMap(({ lastUpdatedMs }) => lastUpdatedMs ?? []);
  return {
    ...{ workspace: name, day: today },
    lastUpdatedMs: updates.length === 0 ? undefined : Math.min(...updates),
    projects: mergeProjects(all),
    labelers: mergeLabelers(all.map(labelersOf)),
    windows: answers.map(({ window, stats: { rows, ticks } }) => ({ window, rows, ticks })),
  };
}
