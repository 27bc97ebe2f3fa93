import type { AnswerObserver } from "../answers/anomalies.ts";
import type { PeopleConfig, PollConfig, Schedule, WorkspaceConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { DroppableDefinition } from "../metrics/definition.ts";
import type { SteppedFamily } from "../metrics/family.ts";
import type { Names } from "../metrics/name-families.ts";
import type { Ask } from "../roboflow/client.ts";
import type { Steps } from "../steps.ts";
import type { SourceChecks } from "./checks.ts";
import type { SourceHistory } from "./history.ts";
import type { Unmatched } from "./unmatched.ts";

/** What the configuration says of one workspace and of how people are shown. */
export interface Settings {
  readonly workspace: WorkspaceConfig;
  readonly people: PeopleConfig;
}

/** When a source is polled. What is undefined follows from the schedule. */
export interface PollPlan extends Pick<PollConfig, "jitterMs" | "staleAfterMs"> {
  readonly schedule: Schedule;
}

export interface CollectDeps {
  readonly ask: Ask;
  readonly observer: AnswerObserver;
  readonly signal: AbortSignal;
}

/** Which workspace is asked, by its name, and the calendar day on which all windows end, even across midnight. */
export interface Subject {
  readonly name: string;
  readonly today: string;
}

/** What one good poll of a source brought, whatever the source. */
export interface Collected {
  /** The workspace and all that the answers name, by id. */
  readonly names: Names;
  /** The calendar day all windows end on. */
  readonly day: string;
  /** The families with their samples, without those that give names. */
  readonly families: () => Steps<readonly SteppedFamily[]>;
  /** What the API says to its users; absent where the endpoint has no place for it. */
  readonly notices?: readonly string[];
  /** What the configuration names and the answers do not hold; absent where no poll of this process brought the data. */
  readonly unmatched?: readonly Unmatched[];
  /** What is kept of it over a restart, as JSON can hold it. */
  readonly parts: () => readonly unknown[];
}

/** Metrics that the documentation shows together. */
export interface Section {
  readonly title: string;
  readonly text: string;
  readonly metrics: readonly DroppableDefinition[];
}

/** An endpoint of Roboflow that is polled. */
export interface Source {
  /** The label `source`, and how it is called in logs and files. */
  readonly name: string;
  /** The endpoints that it calls, by their names in metrics. */
  readonly endpoints: readonly string[];
  /** Every metric that it can publish. */
  readonly sections: readonly Section[];
  /** When it is polled; undefined where the configuration does not ask for it. */
  readonly plan: (workspace: WorkspaceConfig) => PollPlan | undefined;
  /** How many requests one poll makes, without those whose number only the answers decide. */
  readonly requests: (workspace: WorkspaceConfig) => number;
  /**
   * Asks for everything that one poll needs. All or nothing: the first failure ends it.
   * @throws ApiError
   */
  readonly collect: (subject: Subject, settings: Settings, deps: CollectDeps) => Promise<Collected>;
  /** Whether a failure means that the endpoint is gone, so that its data is withdrawn. Absent where it always stays. */
  readonly isGone?: (error: ApiError) => boolean;
  /** Everything that shapes what a poll brings, but for what shapes that of every source. */
  readonly shapedBy: (workspace: WorkspaceConfig) => Readonly<Record<string, unknown>>;
  /**
   * What was kept as {@link Collected.parts}.
   * @throws RefusedError when the parts have another form
   */
  readonly restore: (parts: readonly unknown[], settings: Settings) => Collected;
  /** What doctor asks of the endpoint; absent where it asks nothing, and does not poll it. */
  readonly checks?: SourceChecks;
  /** As `collect`, for doctor: without requests that may be many, and with as many series. Absent where `collect` will do. */
  readonly trial?: Source["collect"];
  /** How backfill asks for the past; absent where the endpoint has none. */
  readonly history?: SourceHistory;
}
