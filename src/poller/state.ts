import type { WorkspaceStats } from "../sources/insights/stats.ts";
import type { Moment } from "../clock.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { WorkspaceData } from "../exposition/source-data.ts";
import type { WorkspaceState } from "../exposition/workspace-state.ts";
import type { Timetable } from "./timetable.ts";
import { pollTiming } from "./timing.ts";

/** The label of a workspace whose name is not known yet, because the API has not told it. */
const UNRESOLVED = "(unresolved)";

/** What a poll came to. A failure is a result, not an exception: it is as normal as success. */
export type PollResult =
  { readonly data: WorkspaceData; readonly stats: WorkspaceStats } | { readonly error: ApiError };

/** What a poll's end says of the times to come. */
export interface Coming {
  /** Epoch milliseconds. */
  readonly nextPollMs: number | undefined;
  readonly intervalSeconds: number;
  /** For what the poll brought, if anything. */
  readonly staleAfterMs: number;
}

/** The state of a workspace before its first poll, which starts at the given time (epoch milliseconds). */
export function initialState(config: WorkspaceConfig, timetable: Timetable, startMs: number): WorkspaceState {
  return {
    workspace: config.name ?? UNRESOLVED,
    lastPoll: undefined,
    failure: undefined,
    lastSuccess: undefined,
    nextPollMs: timetable.nextRunMs(),
    intervalSeconds: timetable.longestGapMs(startMs) / 1000,
    staleAfterMs: pollTiming(config.poll, timetable.spacingAt(startMs)).staleAfterMs,
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
  return { ...state, workspace, data: undefined, lastSuccess: undefined };
}

/** The state after a poll: a failure keeps the last good data and says that it failed. */
export function nextState(
  state: WorkspaceState,
  result: PollResult,
  ended: Moment,
  { nextPollMs, intervalSeconds, staleAfterMs }: Coming,
): WorkspaceState {
  const polled = { ...state, lastPoll: ended, nextPollMs, intervalSeconds };
  if ("error" in result) return { ...polled, failure: result.error.reason };
  return { ...polled, failure: undefined, lastSuccess: ended, staleAfterMs, data: result.data };
}
