import type { WorkspaceStats } from "../api/stats.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { WorkspaceData } from "../metrics/workspace-data.ts";
import type { WorkspaceState } from "../metrics/workspace-state.ts";
import type { Timetable } from "./schedule.ts";
import { pollTiming } from "./timing.ts";

/** The label of a workspace whose name is not known yet, because the API has not told it. */
const UNRESOLVED = "(unresolved)";

/** What a poll came to. A failure is a result, not an exception: it is as normal as success. */
export type PollResult =
  { readonly data: WorkspaceData; readonly stats: WorkspaceStats } | { readonly error: ApiError };

/** The state of a workspace before its first poll. */
export function initialState(config: WorkspaceConfig, timetable: Timetable): WorkspaceState {
  const { intervalSeconds } = timetable;
  return {
    workspace: config.name ?? UNRESOLVED,
    lastPollMs: undefined,
    failure: undefined,
    lastSuccessMs: undefined,
    nextPollMs: timetable.nextRunMs(),
    intervalSeconds,
    staleAfterMs: pollTiming(config.poll, timetable).staleAfterMs,
    seriesLimit: config.seriesLimit,
    timezone: config.poll.timezone,
    windows: config.windows,
    calendar: config.calendar,
    filtered: { project: config.projects.length > 0, labeler: config.labelers.length > 0 },
    data: undefined,
  };
}

/** The state once the API has told the workspace's name. What was known under another name is not this one's. */
export function renamedState(state: WorkspaceState, workspace: string): WorkspaceState {
  if (workspace === state.workspace) return state;
  return { ...state, workspace, data: undefined, lastSuccessMs: undefined };
}

/** The state after a poll: a failure keeps the last good data and says that it failed. */
export function nextState(
  state: WorkspaceState,
  result: PollResult,
  endedMs: number,
  nextPollMs: number | undefined,
): WorkspaceState {
  const polled = { ...state, lastPollMs: endedMs, nextPollMs };
  if ("error" in result) return { ...polled, failure: result.error.reason };
  return { ...polled, failure: undefined, lastSuccessMs: endedMs, data: result.data };
}
