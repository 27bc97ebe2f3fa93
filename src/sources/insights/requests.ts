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
 * @param counted whether the API treats `endDate` as inclusive. Queries always do; if the API does not, the day after is sent.
 */
export function statsRequest(workspace: string, query: StatsQuery, counted: ApiConfig["endDate"]): ApiRequest {
  const endDate = counted === "exclusive" ? addDays(query.endDate, 1) : query.endDate;
  return { endpoint: STATS_ENDPOINT, path: [workspace, "stats"], parameters: { ...query, endDate } };
}

/** Asks one workspace for statistics. Throws ApiError only. */
export type FetchStats = (query: StatsQuery, signal: AbortSignal) => Promise<Stats>;

/** Creates a {@link FetchStats} that uses the client. */
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

/** Under a filter the API's totals cover only what the filter selects, not the workspace. */
export function isFiltered({ projects, labelers }: Filters): boolean {
  return projects.length > 0 || labelers.length > 0;
}

/** `[undefined]` without a filter, so that the combinations below always include one request. */
function choices(values: readonly string[]): readonly (string | undefined)[] {
  return values.length > 0 ? values : [undefined];
}

/** The requests for rows: one per window, and per project and labeler of the filters. */
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
 * Which filter the answer ignores. Projects are asked for by slug but answered by opaque ids, so an ignored filter shows
 * only if there are several projects. The API renamed this parameter once; with a filter that it does not know it returns
 * the whole workspace.
 */
export function isFilterIgnored(query: StatsQuery, { rows }: Stats): "project" | "userId" | undefined {
  if (query.userId !== undefined && rows.labelers.some((labeler) => labeler !== query.userId)) return "userId";
  if (query.project !== undefined && new Set(rows.projects).size > 1) return "project";
  return undefined;
}
