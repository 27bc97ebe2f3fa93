import type { Window } from "../calendar/windows.ts";
import type { WorkCalendar } from "../calendar/work-calendar.ts";
import type { Moment } from "../clock.ts";
import type { FailureReason } from "../errors.ts";
import type { Perishable } from "./freshness.ts";
import type { LegacyState } from "../metrics/legacy-data.ts";
import type { WorkspaceData } from "./source-data.ts";

/** What is known of one workspace after a poll. Immutable: a poll makes a new one. */
export interface WorkspaceState extends Perishable<WorkspaceData> {
  readonly workspace: string;
  readonly lastPoll: Moment | undefined;
  /** Why the last poll failed; undefined when it did not, or when there was none. */
  readonly failure: FailureReason | undefined;
  /** Epoch milliseconds. */
  readonly nextPollMs: number | undefined;
  readonly intervalSeconds: number;
  readonly seriesLimit: number;
  /** IANA zone in which the workspace's days are reckoned. */
  readonly timezone: string;
  readonly windows: readonly Window[];
  /** When its people work; absent where the configuration does not say. */
  readonly calendar?: WorkCalendar | undefined;
  /** By what the configuration narrows the workspace down. */
  readonly filtered: { readonly project: boolean; readonly labeler: boolean };
  /** What is known of the legacy endpoint, from polls of its own; absent where it is not asked. */
  readonly legacy?: LegacyState;
}
