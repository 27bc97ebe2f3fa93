import type { Clock } from "./clock.ts";
import type { PeopleConfig, WorkspaceConfig } from "./config/config.ts";
import { type OnePoll, pollOnce } from "./poller/once.ts";
import type { Redactor } from "./redact.ts";
import { createClient } from "./roboflow/client.ts";
import { withDispatcher } from "./roboflow/dispatcher.ts";

export interface OnceDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly redact: Redactor;
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stop: AbortSignal;
}

const UNHEARD = { onRequest: () => undefined, onRetry: () => undefined };

/**
 * Wires together what one poll of each workspace needs, and polls them.
 * @throws ConfigError when a schedule or a proxy variable cannot be used
 */
export async function pollAllOnce(
  workspaces: readonly WorkspaceConfig[],
  people: PeopleConfig,
  deps: OnceDeps,
): Promise<readonly OnePoll[]> {
  return withDispatcher(deps.env, (dispatcher) =>
    Promise.all(
      workspaces.map((workspace) => {
        const options = { ...workspace.api, apiKey: workspace.apiKey, seriesLimit: workspace.seriesLimit };
        const ask = createClient(options, { ...deps, dispatcher, observer: UNHEARD });
        return pollOnce({ workspace, people }, { ...deps, ask });
      }),
    ),
  );
}
