import { keepsUtc } from "../calendar/zones.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { ApiError } from "../errors.ts";
import { type Judgement, oneLine } from "./finding.ts";
import { NOT_ASKED, readsStatistics } from "./judge-access.ts";
import type { LatestDay, Observations, Reply, StatsAnswer } from "./observations.ts";
import { hasWork } from "./observe-days.ts";

const NO_WORK: Judgement = {
  verdict: "unknown",
  seen: "no work in the last week to tell by",
  setting: "run this again the day after people worked",
};

/** Images of all rows: each session's day decides, so they add up over days. */
function imagesIn({ stats }: StatsAnswer): number {
  return stats.rows.reduce((sum, { values }) => sum + (values.imagesLabeled ?? 0), 0);
}

/** A range that an API may refuse as empty is one. */
function isRefusedAsEmpty({ status }: ApiError): boolean {
  return status === 400 || status === 422;
}

function imagesOf(reply: Reply<StatsAnswer>): number | undefined {
  if ("value" in reply) return imagesIn(reply.value);
  return isRefusedAsEmpty(reply.error) ? 0 : undefined;
}

/**
 * Does `endDate` itself count? Two days in a row have the images of the one and of the other, if it does; if it does
 * not, each day alone is an empty range, though the two together are not.
 */
export function judgeEndDate(observations: Observations): Judgement {
  const { pair, config } = observations;
  if (!readsStatistics(observations)) return NOT_ASKED;
  if (!pair) return NO_WORK;
  const { days, together, alone } = pair;
  const [both, first, second] = [imagesIn(together), imagesOf(alone[0]), imagesOf(alone[1])];
  const seen = `${days[0]} alone has ${first ?? "?"} images, ${days[1]} alone ${second ?? "?"}, both together ${both}`;
  if (both === 0 || first === undefined || second === undefined) return { verdict: "unknown", seen };
  const isInclusive = first + second === both;
  if (!isInclusive && first + second > 0) return { verdict: "unknown", seen: `${seen}, which agrees with no rule` };
  const endDate = isInclusive ? "inclusive" : "exclusive";
  return {
    verdict: endDate === config.api.endDate ? "ok" : "problem",
    seen: `${endDate}: ${seen}`,
    setting: `api.end_date: ${endDate}`,
  };
}

const DAY_MS = 86_400_000;

/** The hours of the zone's clock in which its day is not UTC's; undefined for a zone that keeps UTC. */
function tellingHours(nowMs: number, timezone: string): string | undefined {
  const format = { timeZone: timezone, dateStyle: "short", timeStyle: "medium" } as const;
  const local = Date.parse(`${new Intl.DateTimeFormat("sv-SE", format).format(nowMs).replace(" ", "T")}Z`);
  const offsetMs = Math.round((local - nowMs) / 60_000) * 60_000;
  if (offsetMs === 0) return undefined;
  // Ahead of UTC the day begins early: until UTC's midnight. Behind it, UTC's begins first.
  const turn = new Date((offsetMs + DAY_MS) % DAY_MS).toISOString().slice(11, 16);
  return offsetMs > 0 ? `00:00 and ${turn}` : `${turn} and 24:00`;
}

/** Roboflow's help page says that days are UTC's: as long as nothing seen speaks against it, that holds. */
function judgeWithoutProof(seen: string, { nowMs, config: { poll } }: Observations): Judgement {
  const zone = poll.timezone;
  if (keepsUtc(zone)) return { verdict: "ok", seen: `UTC, as documented; ${seen}`, setting: `poll.timezone: ${zone}` };
  const hours = tellingHours(nowMs, zone);
  const again = hours === undefined ? `when ${zone} is not on UTC` : `between ${hours} in ${zone}, when people work`;
  return {
    verdict: "unknown",
    seen: `documented are days of UTC, and poll.timezone is ${zone}: "today" is another day for some hours; ${seen}`,
    setting: `poll.timezone: UTC; to see for yourself, run this ${again}`,
  };
}

function judgeWorkOn({ day }: LatestDay, { nowMs, config: { poll } }: Observations): Judgement {
  const begun = (zone: string) => calendarDay(nowMs, zone) >= day;
  const zone = poll.timezone;
  if (begun(zone)) {
    const seen = `there is work on ${day}, which has begun in ${zone}, but not in UTC`;
    return { verdict: "ok", seen, setting: `poll.timezone: ${zone}` };
  }
  const seen = `there is work on ${day}, which has not begun in ${zone}`;
  const remedy = begun("UTC") ? "UTC" : `a zone in which it is ${day} already`;
  return { verdict: "problem", seen, setting: `poll.timezone: ${remedy}` };
}

/**
 * Whose days are the API's? Only work on a day that has not begun everywhere proves something; that there is none proves
 * nothing, for nobody may have worked yet.
 */
export function judgeTimeZone(observations: Observations): Judgement {
  const { latest } = observations;
  if (!latest) return NOT_ASKED;
  const { work, future, day } = latest;
  if ("error" in work) return { verdict: "unknown", seen: oneLine(work.error.message) };
  const isMoved = future !== undefined && !("value" in future && !hasWork(future));
  if (hasWork(work) && !isMoved) return judgeWorkOn(latest, observations);
  if (isMoved)
    return { verdict: "unknown", seen: `days of the future hold work too, so work on ${day} proves nothing` };
  return judgeWithoutProof(`no work on ${day} or later, which proves nothing`, observations);
}
