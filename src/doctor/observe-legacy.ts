import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import type { LegacyData } from "../metrics/legacy-data.ts";
import { legacyTiming } from "../poller/legacy-poll-state.ts";
import { attempt } from "../poller/attempt.ts";
import { pollLegacy } from "../poller/poll-legacy.ts";
import { type Asker, type AskerDeps, replyOf } from "./asker.ts";
import type { Observations, Reply } from "./observations.ts";

const DAY_MS = 86_400_000;
const UNHEARD = { answered: () => undefined };

type LegacyObservations = Pick<Observations, "legacy" | "legacyPoll">;

/** Most requests that {@link observeLegacy} makes. */
export function legacyRequests({ legacy, windows }: WorkspaceConfig): number {
  return 1 + (legacy ? windows.length : 0);
}

/** Asks the legacy endpoint for a day, and polls it once where the configuration asks for it and it is alive. */
export async function observeLegacy(
  asker: Asker,
  workspace: string,
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  { clock, stop }: AskerDeps,
): Promise<LegacyObservations> {
  const nowMs = clock.now();
  const legacy = await replyOf(asker.client.fetchLegacy({ startMs: nowMs - DAY_MS, endMs: nowMs }, stop));
  if (!config.legacy || "error" in legacy) return { legacy, legacyPoll: undefined };
  const deps = { client: asker.client, clock, observer: UNHEARD };
  const work = (signal: AbortSignal) => pollLegacy(workspace, config, labelers, deps, signal);
  const polled = await attempt(work, stop, legacyTiming(config.poll).deadlineMs, clock);
  const legacyPoll: Reply<LegacyData> = "error" in polled ? polled : { value: polled.data };
  return { legacy, legacyPoll };
}
