import { type ProbeClient, type RequestObserver, type StatsQuery, createStatsClient } from "../roboflow/client.ts";
import type { Dispatcher } from "../roboflow/dispatcher.ts";
import { parseStats } from "../sources/insights/parse.ts";
import type { DateRange } from "../calendar/windows.ts";
import type { Clock } from "../clock.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import { ApiError } from "../errors.ts";
import type { Redactor } from "../redact.ts";
import type { Door, Reply, StatsAnswer } from "./observations.ts";

export interface AskerDeps {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly random: () => number;
  readonly redact: Redactor;
  readonly observer: RequestObserver;
  readonly stop: AbortSignal;
}

/** Asks one workspace of the API. Failures of the API are replies. */
export interface Asker {
  readonly client: ProbeClient;
  /** Statistics of days as written, whatever is configured of `endDate`. */
  readonly stats: (range: DateRange, project?: string) => Promise<Reply<StatsAnswer>>;
}

/** Turns an {@link ApiError} into a reply; any other error is a bug. */
export async function replyOf<T>(asked: Promise<T>): Promise<Reply<T>> {
  try {
    return { value: await asked };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}

/** A client through a door: `endDate` goes out as the queries have it. */
export function clientAt(
  { api, apiKey, seriesLimit }: WorkspaceConfig,
  { url, auth }: Pick<Door, "url" | "auth">,
  deps: AskerDeps,
): ProbeClient {
  return createStatsClient({ ...api, url, auth, apiKey, seriesLimit, endDate: "inclusive" }, deps);
}

/** Asks for statistics and keeps what the parser would hide. */
export async function fetchAnswer(
  client: ProbeClient,
  workspace: string,
  query: StatsQuery,
  signal: AbortSignal,
): Promise<StatsAnswer> {
  const answer = await client.fetchRawStats(workspace, query, signal);
  return { ...answer, query, stats: parseStats(answer.json, query) };
}

/** An asker behind a door that let the key in. */
export function createAsker(config: WorkspaceConfig, door: Door, workspace: string, deps: AskerDeps): Asker {
  const client = clientAt(config, door, deps);
  return {
    client,
    stats: ({ startDate, endDate }, project) => {
      const query = { startDate, endDate, ...(project === undefined ? {} : { project }) };
      return replyOf(fetchAnswer(client, workspace, query, deps.stop));
    },
  };
}
