import type { StatsClient } from "../roboflow/client.ts";
import type { LegacyWorkspaceStats } from "../sources/legacy/fields.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { Clock } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import { type LegacyData, renderLegacyData } from "../metrics/legacy-data.ts";
import { type CollectLegacyDeps, collectLegacy } from "../sources/legacy/collect.ts";

export interface LegacyPollDeps extends Omit<CollectLegacyDeps, "signal"> {
  readonly client: Pick<StatsClient, "fetchLegacy">;
  readonly clock: Clock;
}

/** What a good poll of the legacy endpoint brought: lines, and what they were made of. */
export interface LegacyPolled {
  readonly data: LegacyData;
  readonly stats: LegacyWorkspaceStats;
}

/** From the first request to rendered lines. All windows are reckoned from one day, even across midnight. */
export async function pollLegacy(
  workspace: string,
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  { clock, ...deps }: LegacyPollDeps,
  signal: AbortSignal,
): Promise<LegacyPolled> {
  const today = calendarDay(clock.now(), config.poll.timezone);
  const stats = await collectLegacy(workspace, today, config, { ...deps, signal });
  return { data: await renderLegacyData(stats, { ...config, labelers }), stats };
}
