import type { StatsClient } from "../roboflow/client.ts";
import type { WorkspaceStats } from "../sources/insights/stats.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { Clock } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import { ApiError, internalError } from "../errors.ts";
import { unmatchedNames } from "../sources/unmatched.ts";
import { type WorkspaceData, renderWorkspaceData } from "../exposition/source-data.ts";
import { type AnswerObserver, collectWorkspace } from "../sources/insights/collect.ts";
import { withDeadline } from "./deadline.ts";

export interface PollDeps {
  readonly client: Pick<StatsClient, "fetchStats" | "fetchProjectSlugs">;
  readonly observer: AnswerObserver;
  readonly clock: Clock;
}

/** What a good poll brought: lines, and what they were made of. */
export interface Polled {
  readonly data: WorkspaceData;
  readonly stats: WorkspaceStats;
}

/** From the first request to rendered lines. All windows are reckoned from one day, even across midnight. */
export async function pollWorkspace(
  workspace: string,
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  { clock, ...deps }: PollDeps,
  signal: AbortSignal,
): Promise<Polled> {
  const today = calendarDay(clock.now(), config.poll.timezone);
  const { client, filled } = notingClient(deps.client);
  const stats = await collectWorkspace(workspace, today, config, { ...deps, client, signal });
  const rendered = await renderWorkspaceData(stats, { ...config, labelers });
  const unmatched = unmatchedNames({ ...config, system: labelers.system }, stats, filled);
  return { data: { ...rendered, unmatched }, stats };
}

/** A client that notes for which projects the filter brought rows: `filled` has their slugs. */
export function notingClient<C extends Pick<StatsClient, "fetchStats">>(client: C) {
  const filled = new Set<string>();
  const fetchStats: StatsClient["fetchStats"] = async (workspace, query, signal) => {
    const stats = await client.fetchStats(workspace, query, signal);
    if (query.project !== undefined && stats.rows.length > 0) filled.add(query.project);
    return stats;
  };
  return { client: { ...client, fetchStats }, filled };
}

/** Does a poll's work until the time is up or the program is to stop. Whatever it throws is a result: the poll's failure. */
export async function attempt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  stop: AbortSignal,
  deadlineMs: number,
  clock: Clock,
): Promise<T | { readonly error: ApiError }> {
  const { signal, end } = withDeadline(stop, deadlineMs, clock);
  try {
    return await work(signal);
  } catch (error) {
    return { error: error instanceof ApiError ? error : internalError(error) };
  } finally {
    end();
  }
}
