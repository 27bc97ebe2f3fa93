import type { Moment } from "../clock.ts";
import type { WorkCalendar } from "../calendar/work-calendar.ts";
import type { PeopleConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { SourceState, WorkspaceState } from "../exposition/workspace-state.ts";
import type { SourceData } from "../exposition/source-data.ts";
import type { Collected, PollPlan, Settings, Source } from "../sources/source.ts";
import { labelerLabel } from "../metrics/labeler-labels.ts";
import type { Timetable } from "./timetable.ts";
import { pollTiming } from "./loop.ts";

/** Stands for a workspace's name until the API has given it. */
export const UNRESOLVED = "(unresolved)";

/** What a good poll brought: rendered lines, and the data they were made of. */
export interface Polled {
  readonly data: SourceData;
  readonly collected: Collected;
}

/** How a poll ended. A failure is a result, not an exception: it is as normal as success. */
export type PollResult = Polled | { readonly error: ApiError };

/** When a poll ended, and the times that follow from it. */
export interface PollTimes {
  readonly ended: Moment;
  /** Epoch milliseconds. */
  readonly nextPollMs: number | undefined;
  readonly intervalSeconds: number;
  /** How late the poll started, in milliseconds; absent where it was not planned. */
  readonly lagMs?: number | undefined;
  /** For the data of the poll, if it brought any. */
  readonly staleAfterMs: number;
}

/** The state of a source before its first poll, which starts at the given time (epoch milliseconds). */
export function initialSourceState(plan: PollPlan, timetable: Timetable, startMs: number): SourceState {
  return {
    lastPoll: undefined,
    failure: undefined,
    lastSuccess: undefined,
    nextPollMs: timetable.nextRunMs(),
    intervalSeconds: timetable.longestGapMs(startMs) / 1000,
    staleAfterMs: pollTiming(plan, timetable.spacingAt(startMs)).staleAfterMs,
    data: undefined,
  };
}

/** The calendar with people as they appear in labels. */
function shownCalendar(calendar: WorkCalendar, people: PeopleConfig): WorkCalendar {
  const leave = new Map([...calendar.leave].map(([id, days]) => [labelerLabel(id, people), days]));
  return { ...calendar, leave };
}

/** The state of a workspace under a name, with its sources' states. */
export function workspaceState(
  {
    workspace: {
      poll: { timezone },
      projects,
      labelers,
      ...config
    },
    people,
  }: Settings,
  workspace: string,
  sources: WorkspaceState["sources"],
): WorkspaceState {
  const { seriesLimit, windows, hasOtherShards } = config;
  const calendar = config.calendar && shownCalendar(config.calendar, people);
  const filtered = { project: projects.length > 0, labeler: labelers.length > 0 };
  const shards = hasOtherShards === undefined ? {} : { hasOtherShards };
  return { workspace, seriesLimit, timezone, windows, calendar, filtered, sources, ...shards };
}

/** Whether a poll found the endpoint removed, which is a state and not a failure. */
export function isGone(source: Pick<Source, "isGone">, result: PollResult): boolean {
  return "error" in result && source.isGone?.(result.error) === true;
}

/** The state after a poll: a failure keeps the last good data, a removed endpoint withdraws it. */
export function nextState(
  state: SourceState,
  source: Pick<Source, "isGone">,
  result: PollResult,
  { ended, nextPollMs, intervalSeconds, lagMs, staleAfterMs }: PollTimes,
): SourceState {
  const polled = { ...state, lastPoll: ended, nextPollMs, intervalSeconds, lagMs, failure: undefined };
  if ("data" in result) {
    const available = source.isGone ? { isAvailable: true } : {};
    return { ...polled, ...available, lastSuccess: ended, staleAfterMs, data: result.data };
  }
  if (isGone(source, result)) return { ...polled, isAvailable: false, data: undefined };
  return { ...polled, failure: result.error.reason };
}
