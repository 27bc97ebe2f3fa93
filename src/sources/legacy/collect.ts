import type { StatsClient } from "../../roboflow/client.ts";
import type { LegacyStats, LegacyWorkspaceStats } from "./fields.ts";
import { daysRange } from "../../calendar/day-borders.ts";
import type { WorkspaceConfig } from "../../config/config.ts";
import { type AnswerObserver, mergeLabelers, mergeProjects } from "../insights/collect.ts";

export interface CollectLegacyDeps {
  readonly client: Pick<StatsClient, "fetchLegacy">;
  readonly observer: Pick<AnswerObserver, "answered">;
  readonly signal: AbortSignal;
}

type CollectLegacyConfig = Pick<WorkspaceConfig, "windows"> & {
  readonly poll: Pick<WorkspaceConfig["poll"], "timezone">;
};

/** Everyone with work in the ticks is a labeler, with or without metadata. */
function labelersOf({ ticks, labelers }: LegacyStats) {
  return { rows: [...(ticks?.keys() ?? [])].map((labeler) => ({ labeler })), labelers };
}

/**
 * Asks the legacy endpoint for everything one poll of a workspace needs, one request at a time. All or nothing.
 * @param today the calendar day all windows are reckoned from, so that a poll across midnight stays consistent
 * @throws ApiError
 */
export async function collectLegacy(
  workspace: string,
  today: string,
  { windows, poll }: CollectLegacyConfig,
  { client, observer, signal }: CollectLegacyDeps,
): Promise<LegacyWorkspaceStats> {
  const answers: { readonly window: string; readonly stats: LegacyStats }[] = [];
  for (const { name, startOn } of windows) {
    // Not cut at the first day of the other endpoint: days before it are what this one is for.
    const stats = await client.fetchLegacy(daysRange(startOn(today), today, poll.timezone), signal);
    observer.answered(stats);
    answers.push({ window: name, stats });
  }
  const all = answers.map(({ stats }) => stats);
  const updates = all.flatMap(({ lastUpdatedMs }) => lastUpdatedMs ?? []);
  return {
    ...{ workspace, day: today },
    lastUpdatedMs: updates.length === 0 ? undefined : Math.min(...updates),
    projects: mergeProjects(all),
    labelers: mergeLabelers(all.map(labelersOf)),
    windows: answers.map(({ window, stats: { rows, ticks } }) => ({ window, rows, ticks })),
  };
}
