import { type ApiRequest, type Ask, readAnswer } from "../../roboflow/client.ts";
import { parseStatsInSteps } from "./parse.ts";
import type { Stats } from "./fields.ts";
import { type DateRange, type Window, addDays, windowRange } from "../../calendar/windows.ts";
import type { ApiConfig, WorkspaceConfig } from "../../config/config.ts";

/** The endpoint, by its name in metrics. */
export const STATS_ENDPOINT = "stats";

/** A range of days and at most one filter of each kind. `project` is a slug, `userId` a labeler's id. */
export interface StatsQuery extends DateRange {
  readonly project?: string;
  readonly userId?: string;
}

/**
 * `GET /{workspace}/stats`.
 * @param counted whether the API counts `endDate` itself. Queries always do: for an API that does not, the day after is sent.
 */
export function statsRequest(workspace: string, query: StatsQuery, counted: ApiConfig["endDate"]): ApiRequest {
  const endDate = counted === "exclusive" ? addDays(query.endDate, 1) : query.endDate;
  return { endpoint: STATS_ENDPOINT, path: [workspace, "stats"], parameters: { ...query, endDate } };
}

/** Asks one workspace for statistics. Throws ApiError only. */
export type FetchStats = (query: StatsQuery, signal: AbortSignal) => Promise<Stats>;

/** A {@link FetchStats} by way of the client. */
export function statsFetcher(ask: Ask, workspace: string, { endDate }: Pick<ApiConfig, "endDate">): FetchStats {
  return async (query, signal) => {
    const answer = await ask(statsRequest(workspace, query, endDate), signal);
    return readAnswer(answer, (json) => parseStatsInSteps(json, query), signal);
  };
}

/** One request of a poll: which window it is for and what is asked. */
export interface PlannedRequest {
  readonly window: string;
  readonly query: StatsQuery;
}

type Filters = Pick<WorkspaceConfig, "projects" | "labelers">;

/** Under a filter the API pools its totals over the filter, so they are not the workspace's. */
export function isFiltered({ projects, labelers }: Filters): boolean {
  return projects.length > 0 || labelers.length > 0;
}

/** `[undefined]` for "no filter", so that the product below has one term in any case. */
function choices(values: readonly string[]): readonly (string | undefined)[] {
  return values.length > 0 ? values : [undefined];
}

/** The requests that bring the rows: one per window, and per project and labeler asked for. */
export function planRowRequests(windows: readonly Window[], filters: Filters, today: string): PlannedRequest[] {
  return windows.flatMap((window) =>
    choices(filters.projects).flatMap((project) =>
      choices(filters.labelers).map((userId) => ({
        window: window.name,
        query: {
          ...windowRange(window, today),
          ...(project === undefined ? {} : { project }),
          ...(userId === undefined ? {} : { userId }),
        },
      })),
    ),
  );
}

/**
 * Whether the answer holds rows that the filter excludes. A project is asked for by slug but answered by an opaque id,
 * so all that can be seen is that there is more than one. The API renamed this parameter once; a filter it does not
 * know would give the whole workspace.
 */
export function isFilterIgnored(query: StatsQuery, { rows }: Stats): "project" | "userId" | undefined {
  if (query.userId !== undefined && rows.some(({ labeler }) => labeler !== query.userId)) return "userId";
  if (query.project !== undefined && new Set(rows.map(({ project }) => project)).size > 1) return "project";
  return undefined;
}
