import { addDays, calendarDay } from "../calendar/windows.ts";
import type { Asker } from "./asker.ts";
import type { DayPair, LatestDay, Reply, StatsAnswer } from "./observations.ts";

/** How many days back a pair of days with work is looked for: each first day of a pair. Today still changes. */
const PAIRS_BACK = [2, 4, 6];
const FAR_DAYS = 7;

/** Most requests that {@link observePair} and {@link observeLatest} make. */
export const PAIR_REQUESTS = PAIRS_BACK.length + 2;
export const LATEST_REQUESTS = 2;

/** Whether an answer has rows. */
export function hasWork(reply: Reply<StatsAnswer>): boolean {
  return "value" in reply && reply.value.stats.rows.length > 0;
}

/** Finds two days in a row with work, and asks for each alone; undefined when the last week has none. */
export async function observePair(asker: Asker, today: string): Promise<DayPair | undefined> {
  for (const back of PAIRS_BACK) {
    const [first, second] = [addDays(today, -back), addDays(today, 1 - back)];
    const together = await asker.stats({ startDate: first, endDate: second });
    if (!("value" in together) || !hasWork(together)) continue;
    const alone = [
      await asker.stats({ startDate: first, endDate: first }),
      await asker.stats({ startDate: second, endDate: second }),
    ] as const;
    return { days: [first, second], together: together.value, alone };
  }
  return undefined;
}

/** The day that has begun in UTC or the configured zone but not in both; the day after both when it is the same in both. */
export function latestDay(nowMs: number, timezone: string): string {
  const [utc, zoned] = [calendarDay(nowMs, "UTC"), calendarDay(nowMs, timezone)];
  if (utc === zoned) return addDays(utc, 1);
  return utc > zoned ? utc : zoned;
}

/** Looks for work on the latest day there can be. The day after it is asked for too, in case `endDate` does not count. */
export async function observeLatest(asker: Asker, nowMs: number, timezone: string): Promise<LatestDay> {
  const day = latestDay(nowMs, timezone);
  const from = (startDate: string) => asker.stats({ startDate, endDate: addDays(startDate, 1) });
  const work = await from(day);
  return { day, work, future: hasWork(work) ? await from(addDays(day, FAR_DAYS)) : undefined };
}
