import type { DateRange } from "../calendar/windows.ts";
import type { Clock } from "../clock.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import { ApiError } from "../errors.ts";
import type { Redactor } from "../redact.ts";
import { type Ask, type RequestObserver, createClient } from "../roboflow/client.ts";
import type { Dispatcher } from "../roboflow/dispatcher.ts";
import { parseStats } from "../sources/insights/parse.ts";
import { type StatsQuery, statsRequest } from "../sources/insights/requests.ts";
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
  readonly ask: Ask;
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

/** A client through a door. */
export function clientAt(
  { api, apiKey, seriesLimit }: WorkspaceConfig,
  { url, auth }: Pick<Door, "url" | "auth">,
  deps: AskerDeps,
): Ask {
  return createClient({ ...api, url, auth, apiKey, seriesLimit }, deps);
}

/** An asker behind a door that let the key in. */
export function createAsker(config: WorkspaceConfig, door: Door, workspace: string, deps: AskerDeps): Asker {
  const ask = clientAt(config, door, deps);
  // `endDate` goes out as the queries have it.
  const fetchAnswer = async (query: StatsQuery): Promise<StatsAnswer> => {
    const answer = await ask(statsRequest(workspace, query, "inclusive"), deps.stop);
    return { ...answer, query, stats: parseStats(answer.json, query) };
  };
  return {
    ask,
    stats: ({ startDate, endDate }, project) =>
      replyOf(fetchAnswer({ startDate, endDate, ...(project === undefined ? {} : { project }) })),
  };
}
