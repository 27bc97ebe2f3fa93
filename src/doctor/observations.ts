import type { Answer } from "../roboflow/client.ts";
import type { ListedProject } from "../roboflow/workspaces.ts";
import type { StatsQuery } from "../sources/insights/requests.ts";
import type { LegacyStats } from "../sources/legacy/fields.ts";
import type { Stats, WorkspaceStats } from "../sources/insights/fields.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { SourceData } from "../exposition/source-data.ts";

/** What came back for a question, or why nothing did. */
export type Reply<T> = { readonly value: T } | { readonly error: ApiError };

/** An answer of `GET /{workspace}/stats`, as it came and as it is read. */
export interface StatsAnswer extends Answer {
  readonly query: StatsQuery;
  readonly stats: Stats;
}

/** One way to present the key, and what `GET /` said to it: the workspace's name. */
export interface Door {
  readonly url: string;
  readonly auth: WorkspaceConfig["api"]["auth"];
  readonly root: Reply<string>;
}

/** Two days in a row that hold work, asked for one by one and together. */
export interface DayPair {
  readonly days: readonly [string, string];
  readonly together: StatsAnswer;
  readonly alone: readonly [Reply<StatsAnswer>, Reply<StatsAnswer>];
}

/** A day on which it may be seen whose days the API's days are, because elsewhere it has not begun. */
export interface LatestDay {
  readonly day: string;
  readonly work: Reply<StatsAnswer>;
  /** Days that have begun nowhere, which hold work only if the API moves days of the future; asked when there is work. */
  readonly future: Reply<StatsAnswer> | undefined;
}

/** The answers to the project filter, for a project that has work beside others. */
export interface ProjectFilter {
  readonly project: ListedProject;
  readonly id: string;
  readonly bySlug: Reply<StatsAnswer>;
  /** Asked when the slug did not bring the project alone. */
  readonly byId: Reply<StatsAnswer> | undefined;
}

/** What a poll of the present configuration came to, without `totals`. */
export interface PolledData {
  readonly stats: WorkspaceStats;
  /** Rendered as if the totals had been asked for. */
  readonly data: SourceData;
}

export interface Poll {
  readonly result: Reply<PolledData>;
  readonly answers: readonly StatsAnswer[];
  readonly seconds: number;
  readonly deadlineSeconds: number;
  readonly pollsPerDay: number;
}

/** All that was seen of one workspace; undefined is what was not asked. Nothing is judged here. */
export interface Observations {
  readonly config: WorkspaceConfig;
  /** When it was seen, epoch milliseconds. */
  readonly nowMs: number;
  /** The configured door first. The others are tried as far as they can tell something. */
  readonly doors: readonly Door[];
  /** The last two weeks and tomorrow. */
  readonly recent: Reply<StatsAnswer> | undefined;
  readonly pair: DayPair | undefined;
  readonly latest: LatestDay | undefined;
  readonly projects: Reply<readonly ListedProject[]> | undefined;
  readonly filter: ProjectFilter | undefined;
  readonly legacy: Reply<LegacyStats> | undefined;
  /** A poll of the legacy endpoint, where the configuration asks for it and it is alive. */
  readonly legacyPoll: Reply<SourceData> | undefined;
  readonly poll: Poll | undefined;
  /** Every answer that no filter narrowed. */
  readonly answers: readonly StatsAnswer[];
}
