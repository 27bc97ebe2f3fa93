import type { Moment } from "../clock.ts";
import type { WorkCalendar } from "../calendar/work-calendar.ts";
import type { PeopleConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { SourceState, WorkspaceState } from "../exposition/workspace-state.ts";
import { labelerLabel } from "../metrics/labeler-labels.ts";
import type { PollPlan, Settings, Source } from "../sources/source.ts";
import type { Polled } from "./poll.ts";
import type { Timetable } from "./timetable.ts";
import { pollTiming } from "./timing.ts";

/** The label of a workspace whose name is not known yet: the API has not given it. */
export const UNRESOLVED = "(unresolved)";

/** What a poll came to. A failure is a result, not an exception: it is as normal as success. */
export type PollResult = Polled | { readonly error: ApiError };

/** What a poll's end says of the times to come. */
export interface Coming {
  /** Epoch milliseconds. */
  readonly nextPollMs: number | undefined;
  readonly intervalSeconds: number;
  /** For what the poll brought, if anything. */
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

/** The state of a workspace whose sources are in these states, under this name. */
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
  const { seriesLimit, windows } = config;
  const calendar = config.calendar && shownCalendar(config.calendar, people);
  const filtered = { project: projects.length > 0, labeler: labelers.length > 0 };
  return { workspace, seriesLimit, timezone, windows, calendar, filtered, sources };
}

/** Whether a poll found the endpoint gone, which is a state and not a failure. */
export function isGone(source: Pick<Source, "isGone">, result: PollResult): boolean {
  return "error" in result && source.isGone?.(result.error) === true;
}

/** The state after a poll: a failure keeps the last good data, an endpoint that is gone takes it along. */
export function nextState(
  state: SourceState,
  source: Pick<Source, "isGone">,
  result: PollResult,
  { ended, nextPollMs, intervalSeconds, staleAfterMs }: Coming & { readonly ended: Moment },
): SourceState {
  const polled = { ...state, lastPoll: ended, nextPollMs, intervalSeconds, failure: undefined };
  if ("data" in result) {
    const available = source.isGone ? { isAvailable: true } : {};
    return { ...polled, ...available, lastSuccess: ended, staleAfterMs, data: result.data };
  }
  if (isGone(source, result)) return { ...polled, isAvailable: false, data: undefined };
  return { ...polled, failure: result.error.reason };
}
