import { keepsUtc } from "../../../calendar/zones.ts";
import { addDays, calendarDay } from "../../../calendar/windows.ts";
import type { Reply } from "../../checks.ts";
import { type Judgement, oneLine } from "../../finding.ts";
import { type AskStats, type StatsAnswer, hasWork } from "./ask-stats.ts";

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
