import { createStatsClient } from "./roboflow/client.ts";
import { type Dispatcher, withDispatcher } from "./roboflow/dispatcher.ts";
import type { Clock } from "./clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "./config/config.ts";
import { type OnePoll, pollOnce } from "./poller/once.ts";
import { createTimetable } from "./poller/timetable.ts";
import type { Redactor } from "./redact.ts";

export interface OnceDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly redact: Redactor;
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stop: AbortSignal;
}

const UNHEARD = { onRequest: () => undefined, onRetry: () => undefined };

async function pollOne(
  workspace: WorkspaceConfig,
  labelers: LabelersConfig,
  dispatcher: Dispatcher,
  deps: OnceDeps,
): Promise<OnePoll> {
  const timetable = createTimetable(workspace.poll.schedule, workspace.poll.timezone, deps.clock);
  const options = { ...workspace.api, apiKey: workspace.apiKey, seriesLimit: workspace.seriesLimit };
  const client = createStatsClient(options, { ...deps, dispatcher, observer: UNHEARD });
  return pollOnce(workspace, labelers, { ...deps, client, timetable });
}

/**
 * Wires together what one poll of each workspace needs, and polls them.
 * @throws ConfigError when a schedule or a proxy variable cannot be used
 */
export async function pollAllOnce(
  workspaces: readonly WorkspaceConfig[],
  labelers: LabelersConfig,
  deps: OnceDeps,
): Promise<readonly OnePoll[]> {
  return withDispatcher(deps.env, (dispatcher) =>
    Promise.all(workspaces.map((workspace) => pollOne(workspace, labelers, dispatcher, deps))),
  );
}
