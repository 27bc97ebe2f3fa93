import type { Window } from "../calendar/windows.ts";
import type { WorkCalendar } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import type { FailureReason } from "../failures.ts";
import type { SourceData } from "./source-data.ts";

/** What is known of one source of one workspace after a poll. Immutable: a poll makes a new one. */
export interface SourceState {
  /** Data of the last good poll, kept through failures until it is too old. */
  readonly data: SourceData | undefined;
  /** When the poll ended that the data is of. */
  readonly lastSuccess: Moment | undefined;
  readonly staleAfterMs: number;
  readonly lastPoll: Moment | undefined;
  /** Why the last poll failed; undefined when it succeeded, or when there was none. */
  readonly failure: FailureReason | undefined;
  /** Epoch milliseconds. */
  readonly nextPollMs: number | undefined;
  readonly intervalSeconds: number;
  /** How late the last poll started, in milliseconds; undefined before the first. */
  readonly lagMs?: number | undefined;
  /** Whether an endpoint that may be removed exists; undefined until that is known. Other failures do not change it. */
  readonly isAvailable?: boolean | undefined;
}

/** What is known of one workspace. */
export interface WorkspaceState {
  readonly workspace: string;
  readonly seriesLimit: number;
  /** IANA zone of the workspace's days. */
  readonly timezone: string;
  readonly windows: readonly Window[];
  /** When its people work; absent where the configuration does not say. */
  readonly calendar?: WorkCalendar | undefined;
  /** Whether workspaces of the same configuration are polled by other shards; absent where none are. */
  readonly hasOtherShards?: boolean;
  /** By what the configuration narrows the workspace down. */
  readonly filtered: { readonly project: boolean; readonly labeler: boolean };
  /** By the source's name, in the order of `SOURCES`. */
  readonly sources: ReadonlyMap<string, SourceState>;
}

/** What decides whether data may still be published. */
type Freshness = Pick<SourceState, "data" | "lastSuccess" | "staleAfterMs">;

/** For how many milliseconds the data may still be published, never below 0; undefined without data. */
export function freshForMs({ data, lastSuccess, staleAfterMs }: Freshness, now: Moment): number | undefined {
  if (data === undefined || lastSuccess === undefined) return undefined;
  return Math.max(0, staleAfterMs - now.ageOf(lastSuccess));
}

/** The data that may be published now. */
export function freshData(state: Freshness, now: Moment): SourceData | undefined {
  return (freshForMs(state, now) ?? 0) > 0 ? state.data : undefined;
}
