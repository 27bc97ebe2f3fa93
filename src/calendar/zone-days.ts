const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
/** No zone is further from UTC than this: a day begins at most so long after its midnight in UTC, or before. */
const AROUND_MS = 15 * HOUR_MS;

/** A zone's distance from UTC on a calendar day and around it, in milliseconds; positive to the east. */
export interface DayOffsets {
  readonly before: number;
  /** Differs from `before` when the clocks change on the day, or some hours before or after it. */
  readonly after: number;
  /** The first instant with `after`, in epoch milliseconds; meaningless when nothing changes. */
  readonly changeMs: number;
}

/** Making a formatter is dear, and zones are few: those of the configuration. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timezone: string): Intl.DateTimeFormat {
  const known = formatters.get(timezone);
  if (known) return known;
  // The Swedish locale writes instants as YYYY-MM-DD HH:MM:SS.
  const made = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" });
  formatters.set(timezone, made);
  return made;
}

/** What the clocks of a zone show at an instant, as if they kept UTC. Whole seconds, in epoch milliseconds. */
export function shownAt(epochMs: number, timezone: string): number {
  return Date.parse(`${formatterOf(timezone).format(epochMs).replace(" ", "T")}Z`);
}

function offsetAt(epochMs: number, timezone: string): number {
  return shownAt(epochMs, timezone) - Math.floor(epochMs / 1000) * 1000;
}

/**
 * A zone's offsets around a calendar day. Searched for in what the zone's clocks show: there is no list to read.
 * @param dayMs the day's midnight in UTC, in epoch milliseconds
 */
export function offsetsAround(dayMs: number, timezone: string): DayOffsets {
  let [earlierMs, laterMs] = [dayMs - AROUND_MS, dayMs + DAY_MS + AROUND_MS];
  const [before, after] = [offsetAt(earlierMs, timezone), offsetAt(laterMs, timezone)];
  if (before === after) return { before, after, changeMs: NaN };
  while (laterMs - earlierMs > 1000) {
    const middleMs = Math.floor((earlierMs + laterMs) / 2000) * 1000;
    if (offsetAt(middleMs, timezone) === before) earlierMs = middleMs;
    else laterMs = middleMs;
  }
  return { before, after, changeMs: laterMs };
}
