import type { DateRange } from "../../../calendar/windows.ts";
import type { Answer } from "../../../roboflow/client.ts";
import { type CheckDeps, type Reply, replyOf } from "../../checks.ts";
import { parseStats } from "../parse.ts";
import { type StatsQuery, statsRequest } from "../requests.ts";
import type { Stats } from "../fields.ts";

/** An answer as it came and as it is read. */
export interface StatsAnswer extends Pick<Answer, "json"> {
  readonly stats: Stats;
}

/** Asks for statistics of days, the last one included. Failures of the API are replies. */
export type AskStats = (range: DateRange, project?: string) => Promise<Reply<StatsAnswer>>;

/** Makes an {@link AskStats}, which sends `endDate` as it is given, whatever is configured. */
export function createAskStats({ ask, workspace, observer, signal }: CheckDeps): AskStats {
  const fetchAnswer = async (query: StatsQuery): Promise<StatsAnswer> => {
    const { json } = await ask(statsRequest(workspace, query, "inclusive"), signal);
    const stats = parseStats(json, query);
    observer.answered(stats);
    return { json, stats };
  };
  return ({ startDate, endDate }, project) =>
    replyOf(fetchAnswer({ startDate, endDate, ...(project === undefined ? {} : { project }) }));
}

/** Whether an answer has rows. */
export function hasWork(reply: Reply<StatsAnswer>): boolean {
  return "value" in reply && reply.value.stats.rows.length > 0;
}
