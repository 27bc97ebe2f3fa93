import type { Clock } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { WorkspaceState } from "../metrics/workspace-state.ts";
import { attempt, pollWorkspace } from "./poll.ts";
import { initialState, nextState } from "./poll-state.ts";
import type { PollClient } from "./poller.ts";
import type { Timetable } from "./schedule.ts";
import { pollTiming } from "./timing.ts";

/** A workspace after its only poll, and why that failed, if it did. */
export interface OnePoll {
  readonly state: WorkspaceState;
  readonly error: ApiError | undefined;
}

export interface OnePollDeps {
  readonly client: PollClient;
  readonly clock: Clock;
  readonly timetable: Timetable;
  readonly stop: AbortSignal;
}

/** Polls a workspace once, as the exporter would by this timetable, which is not started. */
export async function pollOnce(config: WorkspaceConfig, labelers: LabelersConfig, deps: OnePollDeps): Promise<OnePoll> {
  const { client, clock, timetable, stop } = deps;
  let state = initialState(config, timetable);
  const observer = { answered: () => undefined, filterIgnored: () => undefined };
  const work = async (signal: AbortSignal) => {
    const workspace = config.name ?? (await client.fetchWorkspaceName(signal));
    state = { ...state, workspace };
    return pollWorkspace(workspace, config, labelers, { client, clock, observer }, signal);
  };
  const result = await attempt(work, stop, pollTiming(config.poll, timetable).deadlineMs, clock);
  // There is no next poll.
  return {
    state: nextState(state, result, clock.now(), undefined),
    error: "error" in result ? result.error : undefined,
  };
}
