import type { Window } from "../calendar/windows.ts";
import type { WorkCalendar } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import type { FailureReason } from "../failures.ts";
import type { Perishable } from "./freshness.ts";
import type { SourceData } from "./source-data.ts";

/** What is known of one source of one workspace after a poll. Immutable: a poll makes a new one. */
export interface SourceState extends Perishable<SourceData> {
  readonly lastPoll: Moment | undefined;
  /** Why the last poll failed; undefined when it did not, or when there was none. */
  readonly failure: FailureReason | undefined;
  /** Epoch milliseconds. */
  readonly nextPollMs: number | undefined;
  readonly intervalSeconds: number;
  /** Whether an endpoint that may be gone is there; undefined until that is known. A failure says nothing of it. */
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
  /** By what the configuration narrows the workspace down. */
  readonly filtered: { readonly project: boolean; readonly labeler: boolean };
  /** By the source's name, in the order of `SOURCES`. */
  readonly sources: ReadonlyMap<string, SourceState>;
}
