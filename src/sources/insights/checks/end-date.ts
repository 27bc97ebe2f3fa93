import { addDays } from "../../../calendar/windows.ts";
import type { ApiConfig } from "../../../config/config.ts";
import type { ApiError } from "../../../errors.ts";
import type { Reply } from "../../checks.ts";
import type { Judgement } from "../../finding.ts";
import { type AskStats, type StatsAnswer, hasWork } from "./ask-stats.ts";

/** Two days in a row that hold work, asked for one by one and together. */
export interface DayPair {
  readonly days: readonly [string, string];
  readonly together: StatsAnswer;
  readonly alone: readonly [Reply<StatsAnswer>, Reply<StatsAnswer>];
}

/** How many days back a pair of days with work is looked for: each first day of a pair. Today still changes. */
const PAIRS_BACK = [2, 4, 6];

/** The maximum number of requests of {@link observePair}. */
export const PAIR_REQUESTS = PAIRS_BACK.length + 2;

/** Finds two days in a row with work, and asks for each alone; undefined when the last week has none. */
export async function observePair(askStats: AskStats, today: string): Promise<DayPair | undefined> {
  for (const back of PAIRS_BACK) {
    const [first, second] = [addDays(today, -back), addDays(today, 1 - back)];
    const together = await askStats({ startDate: first, endDate: second });
    if (!("value" in together) || !hasWork(together)) continue;
    const alone = [
      await askStats({ startDate: first, endDate: first }),
      await askStats({ startDate: second, endDate: second }),
    ] as const;
    return { days: [first, second], together: together.value, alone };
  }
  return undefined;
}

const NO_WORK: Judgement = {
  verdict: "unknown",
  seen: "no labeling in the last week, so this cannot be determined",
  setting: "run this again the day after people worked",
};

/** Images of all rows: each session's day decides, so they add up over days. */
function imagesIn({ stats }: StatsAnswer): number {
  return stats.rows.reduce((sum, { values }) => sum + (values.imagesLabeled ?? 0), 0);
}

/** An API may refuse a range that is empty. */
function isRefusedAsEmpty({ status }: ApiError): boolean {
  return status === 400 || status === 422;
}

function imagesOf(reply: Reply<StatsAnswer>): number | undefined {
  if ("value" in reply) return imagesIn(reply.value);
  return isRefusedAsEmpty(reply.error) ? 0 : undefined;
}

/**
 * Is `endDate` inclusive? Then two days in a row have as many images as both days alone. If it is not, each day alone is
 * an empty range, though the two together are not.
 */
export function judgeEndDate(pair: DayPair | undefined, configured: ApiConfig["endDate"]): Judgement {
  if (!pair) return NO_WORK;
  const { days, together, alone } = pair;
  const [both, first, second] = [imagesIn(together), imagesOf(alone[0]), imagesOf(alone[1])];
  const seen = `${days[0]} alone has ${first ?? "?"} images, ${days[1]} alone ${second ?? "?"}, both together ${both}`;
  if (both === 0 || first === undefined || second === undefined) return { verdict: "unknown", seen };
  const isInclusive = first + second === both;
  if (!isInclusive && first + second > 0) return { verdict: "unknown", seen: `${seen}, which fits neither rule` };
  const endDate = isInclusive ? "inclusive" : "exclusive";
  return {
    verdict: endDate === configured ? "ok" : "problem",
    seen: `${endDate}: ${seen}`,
    setting: `api.end_date: ${endDate}`,
  };
}
