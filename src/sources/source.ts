import type { AnswerObserver } from "../answers/anomalies.ts";
import type { LabelerInfo } from "../answers/names.ts";
import type { Window } from "../calendar/windows.ts";
import type { PeopleConfig, PollConfig, Schedule, WorkspaceConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { DroppableDefinition, Sample } from "../metrics/definition.ts";
import type { Family, SteppedFamily } from "../metrics/family.ts";
import type { Names } from "../metrics/info-metrics.ts";
import type { Ask } from "../roboflow/client.ts";
import type { Steps } from "../steps.ts";
import type { SourceChecks } from "./checks.ts";
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
  /**
   * The labelers that the sources before this one know, by id, with their e-mail addresses: nothing else that a source
   * keeps has those. Waits until each of them was polled once, but not long. Absent where the source is asked alone.
   */
  readonly labelersBefore?: () => Promise<ReadonlyMap<string, LabelerInfo>>;
  /**
   * Takes the labelers of an answer for the sources after this one, before people are hidden. They stay in memory. Without it
   * they get those of {@link Collected.names}.
   */
  readonly learnLabelers?: (labelers: ReadonlyMap<string, LabelerInfo>) => void;
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
  /** How many rows the answers hold, all windows together; absent for an endpoint without rows. */
  readonly rows?: number;
  /** The families with their samples, without those that give names. */
  readonly families: () => Steps<readonly SteppedFamily[]>;
  /** What the API says to its users; absent where the endpoint has no place for it. */
  readonly notices?: readonly string[];
  /** What the configuration names and the answers do not hold; absent where no poll of this process brought the data. */
  readonly unmatched?: readonly Unmatched[];
  /** How many people the answers name; only where the configuration limits the labelers. */
  readonly peopleCount?: number;
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
  /** How many requests one poll makes. Of those whose number only the answers decide, as many as are allowed; else none. */
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

/** Metrics that have values for the same things: for pairs of project and labeler, for labelers, for the workspace. */
export interface Grain {
  readonly name: string;
  readonly metrics: readonly DroppableDefinition[];
}

/** What one answer says of one thing. */
export interface Entry {
  /** The name of its {@link Grain}. */
  readonly grain: string;
  /** The same for the same thing in every answer. */
  readonly key: string;
  /** Its labels, without `workspace` and `window`. */
  readonly labels: () => Sample["labels"];
  /** What is published of it, in the order of the grain's metrics; undefined where nothing is. */
  readonly values: readonly (number | undefined)[];
}

/** Names as answers give them, and the workspace's opaque id where they have it. */
export interface HistoryNames extends Names {
  readonly workspaceId?: string | undefined;
}

/** What was answered about one window on one day. */
export interface HistoryAnswer {
  readonly names: Omit<HistoryNames, "workspace">;
  readonly entries: () => Iterable<Entry>;
  /** What is kept of it, as JSON can hold it. */
  readonly parts: () => readonly unknown[];
  /** Slugs of the projects whose filter brought rows; absent in what was kept. */
  readonly filled?: ReadonlySet<string>;
}

/** What shapes the answers. */
export interface HistorySettings {
  readonly config: WorkspaceConfig;
  readonly people: PeopleConfig;
  /** Whether everything is asked that days do not add up to. */
  readonly exact: boolean;
}

export interface HistoryDeps {
  /** The workspace's name. */
  readonly workspace: string;
  readonly settings: HistorySettings;
  readonly ask: Ask;
  readonly observer: AnswerObserver;
  readonly signal: AbortSignal;
}

/** How the days before the first scrape are asked for. */
export interface SourceHistory {
  /** What the flag of the source's name does; absent where the source is always asked. */
  readonly flag?: string;
  /** The first day that it knows; windows begin no earlier. */
  readonly firstDay: string;
  /** Whether a window wider than a day can be asked for itself. */
  readonly answersWindows: boolean;
  readonly grains: readonly Grain[];
  /** Everything that shapes the answers, except for what shapes those of every source. */
  readonly shapedBy: (settings: HistorySettings) => Readonly<Record<string, unknown>>;
  /**
   * Asks for the window that ends on a day.
   * @throws ApiError
   */
  readonly ask: (window: Window, date: string, deps: HistoryDeps) => Promise<HistoryAnswer>;
  /**
   * What was kept as {@link HistoryAnswer.parts}.
   * @throws RefusedError when the parts have another form
   */
  readonly restore: (parts: readonly unknown[], settings: HistorySettings) => HistoryAnswer;
  /** Families of names, besides those of projects and labelers. */
  readonly nameFamilies?: (names: HistoryNames) => readonly Family[];
  /** Names of the configuration that matched nothing on any day. `filled` is undefined where some answers were kept. */
  readonly unmatched?: (
    names: HistoryNames,
    filled: ReadonlySet<string> | undefined,
    settings: HistorySettings,
  ) => readonly Unmatched[];
}
