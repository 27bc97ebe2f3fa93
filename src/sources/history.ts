import type { AnswerObserver } from "../answers/anomalies.ts";
import type { Window } from "../calendar/windows.ts";
import type { PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import type { DroppableDefinition, Sample } from "../metrics/definition.ts";
import type { Family } from "../metrics/family.ts";
import type { Names } from "../metrics/name-families.ts";
import type { Ask } from "../roboflow/client.ts";
import type { Unmatched } from "./unmatched.ts";

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
