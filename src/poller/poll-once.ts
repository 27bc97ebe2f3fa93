import type { StatsClient } from "../api/client.ts";
import type { Clock } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { WorkspaceState } from "../metrics/workspace-state.ts";
import { initialLegacyState, legacyTiming, nextLegacyState } from "./legacy-poll-state.ts";
import { attempt, pollWorkspace } from "./poll.ts";
import { pollLegacy } from "./poll-legacy.ts";
import { UNRESOLVED, initialState, nextState } from "./poll-state.ts";
import type { PollClient } from "./poller.ts";
import type { Timetable } from "./schedule.ts";
import { pollTiming } from "./timing.ts";

/** A workspace after its only poll. */
export interface OnePoll {
  readonly state: WorkspaceState;
  /** Why the poll failed, if it did. */
  readonly error: ApiError | undefined;
  /** Why that of the legacy endpoint failed; that the endpoint is gone is no failure. */
  readonly legacyError?: ApiError | undefined;
}

export interface OnePollDeps {
  readonly client: PollClient & Pick<StatsClient, "fetchLegacy">;
  readonly clock: Clock;
  /** Of the polls that there will not be; not started. */
  readonly timetable: Timetable;
  readonly stop: AbortSignal;
}

const UNHEARD = { answered: () => undefined, filterIgnored: () => undefined };

async function pollUsual(config: WorkspaceConfig, labelers: LabelersConfig, deps: OnePollDeps): Promise<OnePoll> {
  const { client, clock, timetable, stop } = deps;
  let state = initialState(config, timetable);
  const work = async (signal: AbortSignal) => {
    const workspace = config.name ?? (await client.fetchWorkspaceName(signal));
    state = { ...state, workspace };
    return pollWorkspace(workspace, config, labelers, { client, clock, observer: UNHEARD }, signal);
  };
  const result = await attempt(work, stop, pollTiming(config.poll, timetable).deadlineMs, clock);
  // There is no next poll.
  state = nextState(state, result, clock.now(), undefined);
  return { state, error: "error" in result ? result.error : undefined };
}

async function pollLegacyOnce(
  usual: OnePoll,
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  { client, clock, stop }: OnePollDeps,
): Promise<OnePoll> {
  const { workspace } = usual.state;
  const initial = initialLegacyState(config.poll);
  // Without a name there is nothing to label its data with.
  if (workspace === UNRESOLVED) return { ...usual, state: { ...usual.state, legacy: initial } };
  const deps = { client, clock, observer: UNHEARD };
  const work = (signal: AbortSignal) => pollLegacy(workspace, config, labelers, deps, signal);
  const result = await attempt(work, stop, legacyTiming(config.poll).deadlineMs, clock);
  const legacy = nextLegacyState(initial, result, clock.now());
  const legacyError = "error" in result && legacy.outcome === "failed" ? result.error : undefined;
  return { ...usual, state: { ...usual.state, legacy }, legacyError };
}

/** Polls a workspace once, and its legacy endpoint if it has one, as the exporter would by this timetable. */
export async function pollOnce(config: WorkspaceConfig, labelers: LabelersConfig, deps: OnePollDeps): Promise<OnePoll> {
  const usual = await pollUsual(config, labelers, deps);
  return config.legacy ? pollLegacyOnce(usual, config, labelers, deps) : usual;
}
