import { addDays, calendarDay } from "../../../calendar/windows.ts";
import { keepsUtc } from "../../../calendar/zones.ts";
import type { ApiConfig } from "../../../config/config.ts";
import type { ApiError } from "../../../errors.ts";
import { type Judgement, type Reply, oneLine } from "../../checks.ts";
import { type AskStats, type StatsAnswer, hasWork } from "./answers.ts";

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
  return stats.rows.column("imagesLabeled").reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
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

/** A day on which it may be seen whose days the API's days are, because elsewhere it has not begun. */
export interface LatestDay {
  readonly day: string;
  readonly work: Reply<StatsAnswer>;
  /** Days that have begun nowhere, which hold work only if the API moves days of the future; asked when there is work. */
  readonly future: Reply<StatsAnswer> | undefined;
}

/** Where and when doctor runs. */
export interface Present {
  readonly nowMs: number;
  /** `poll.timezone`. */
  readonly timezone: string;
}

const FAR_DAYS = 7;
const DAY_MS = 86_400_000;

/** The maximum number of requests of {@link observeLatest}. */
export const LATEST_REQUESTS = 2;

/** The day that has begun in UTC or the configured zone but not in both; the day after both when it is the same in both. */
function latestDay({ nowMs, timezone }: Present): string {
  const [utc, zoned] = [calendarDay(nowMs, "UTC"), calendarDay(nowMs, timezone)];
  if (utc === zoned) return addDays(utc, 1);
  return utc > zoned ? utc : zoned;
}

/** Looks for work on the latest day there can be. The day after it is asked for too, in case `endDate` does not count. */
export async function observeLatest(askStats: AskStats, present: Present): Promise<LatestDay> {
  const day = latestDay(present);
  const from = (startDate: string) => askStats({ startDate, endDate: addDays(startDate, 1) });
  const work = await from(day);
  return { day, work, future: hasWork(work) ? await from(addDays(day, FAR_DAYS)) : undefined };
}

/** The hours of the zone's clock in which its day is not UTC's; undefined for a zone that is on UTC now. */
function differingHours({ nowMs, timezone }: Present): string | undefined {
  const format = { timeZone: timezone, dateStyle: "short", timeStyle: "medium" } as const;
  const local = Date.parse(`${new Intl.DateTimeFormat("sv-SE", format).format(nowMs).replace(" ", "T")}Z`);
  const offsetMs = Math.round((local - nowMs) / 60_000) * 60_000;
  if (offsetMs === 0) return undefined;
  // Ahead of UTC the day begins early: until UTC's midnight. Behind it, UTC's begins first.
  const turn = new Date((offsetMs + DAY_MS) % DAY_MS).toISOString().slice(11, 16);
  return offsetMs > 0 ? `00:00 and ${turn}` : `${turn} and 24:00`;
}

/** Roboflow's help page says that days are UTC days: that holds while nothing seen contradicts it. */
function judgeWithoutProof(seen: string, present: Present): Judgement {
  const { timezone } = present;
  if (keepsUtc(timezone))
    return { verdict: "ok", seen: `UTC, as documented; ${seen}`, setting: `poll.timezone: ${timezone}` };
  const hours = differingHours(present);
  const again =
    hours === undefined ? `when ${timezone} is not on UTC` : `between ${hours} in ${timezone}, while people work`;
  return {
    verdict: "unknown",
    seen: `days are documented as UTC days, but poll.timezone is ${timezone}, so "today" is another day for some hours; ${seen}`,
    setting: `poll.timezone: UTC; to check it, run this ${again}`,
  };
}

function judgeWorkOn({ day }: LatestDay, { nowMs, timezone }: Present): Judgement {
  const hasBegun = (zone: string) => calendarDay(nowMs, zone) >= day;
  if (hasBegun(timezone)) {
    const seen = `there is work on ${day}, which has begun in ${timezone}, but not in UTC`;
    return { verdict: "ok", seen, setting: `poll.timezone: ${timezone}` };
  }
  const seen = `there is work on ${day}, which has not begun in ${timezone}`;
  const remedy = hasBegun("UTC") ? "UTC" : `a zone in which it is ${day} already`;
  return { verdict: "problem", seen, setting: `poll.timezone: ${remedy}` };
}

/**
 * In which time zone is a day? Only work on a day that has not begun everywhere proves something. No work proves
 * nothing: maybe people have not worked yet.
 */
export function judgeTimeZone(latest: LatestDay, present: Present): Judgement {
  const { work, future, day } = latest;
  if ("error" in work) return { verdict: "unknown", seen: oneLine(work.error.message) };
  const isMoved = future !== undefined && !("value" in future && !hasWork(future));
  if (hasWork(work) && !isMoved) return judgeWorkOn(latest, present);
  if (isMoved)
    return { verdict: "unknown", seen: `days in the future hold work too, so work on ${day} proves nothing` };
  return judgeWithoutProof(`no work on ${day} or later, which proves nothing`, present);
}
