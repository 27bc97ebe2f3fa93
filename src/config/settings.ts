import { z } from "zod";
import type { Window } from "../calendar/windows.ts";
import { cronReader } from "./cron.ts";
import { DEFAULTS } from "./defaults.ts";
import { durationBetween, formatDuration, wholeSecondsBetween } from "./duration.ts";
import { readInterval, readPlainInterval } from "./interval.ts";
import { metricReader, readTimezone, readUrl, readWindow } from "./readers.ts";
import { integer, key, list, mapping, oneOf, reading } from "./schema-parts.ts";
import { showUrl } from "./show.ts";
import { sizeBetween } from "./size.ts";
import { calendarSchema } from "./work-calendar.ts";

/** What only other folders know: which expressions the scheduler takes, and which metrics there are. */
export interface SchemaDeps {
  readonly isCronExpression: (text: string) => boolean;
  readonly knownMetrics: readonly string[];
}

const DAY_MS = 86_400_000;

/** A poll holds the answers to all windows at once. */
const MAX_WINDOWS = 10;

function api() {
  return mapping({
    url: key(reading(readUrl), {
      type: "URL",
      default: DEFAULTS.api.url,
      meaning: "Where the API is; `https://api.roboflow.eu` for workspaces kept in Europe",
      show: showUrl,
    }),
    auth: key(oneOf(["query", "bearer"]), {
      type: "`query` or `bearer`",
      default: DEFAULTS.api.auth,
      meaning: "How the key is sent: as the documented `api_key` parameter, or in the `Authorization` header",
    }),
    end_date: key(oneOf(["inclusive", "exclusive"]), {
      type: "`inclusive` or `exclusive`",
      default: DEFAULTS.api.end_date,
      meaning:
        "Whether the API counts `endDate` itself, as documented; with `exclusive` the day after is sent. `roboflow-exporter doctor` checks it",
    }),
    timeout: key(reading(durationBetween(1, 3_600_000)), {
      type: "duration, 1ms to 1h",
      default: formatDuration(DEFAULTS.api.timeout),
      meaning: "Deadline of one request",
    }),
    retries: key(integer(0, 10), {
      type: "integer, 0 to 10",
      default: String(DEFAULTS.api.retries),
      meaning: "Attempts after the first one, for answers 429 and 5xx, timeouts and broken connections",
    }),
    max_response_bytes: key(reading(sizeBetween("1KiB", "1GiB")), {
      type: "size, 1KiB to 1GiB",
      default: "32MiB",
      meaning: "Larger answers are refused; an integer of bytes, or text such as `32MiB` or `10MB`",
    }),
  });
}

function poll({ isCronExpression }: SchemaDeps) {
  return mapping({
    interval: key(reading(readInterval), {
      type: "duration, 1s to 1d",
      default: formatDuration(DEFAULTS.intervalSeconds * 1000),
      meaning: "Time from poll to poll; divides an hour or a day evenly. Not together with `schedule`",
    }),
    schedule: key(reading(cronReader(isCronExpression)), {
      type: "cron expression",
      meaning: "When to poll, in 5 or 6 fields (seconds first), in the zone `timezone`",
    }),
    timezone: key(reading(readTimezone), {
      type: "IANA time zone",
      default: DEFAULTS.poll.timezone,
      meaning:
        "Where calendar days begin, and whose clock cron expressions mean. Roboflow counts work on UTC days: another zone gives a warning, since `today` is then another day for some hours",
    }),
    jitter: key(reading(durationBetween(0, DAY_MS)), {
      type: "duration, 0s to 1d",
      default: "a tenth of the interval (of a schedule: of the time to the next run), at most 30s",
      meaning: "Each poll waits a random time up to this; shorter than the interval",
    }),
    concurrency: key(integer(1, 16), {
      type: "integer, 1 to 16",
      default: String(DEFAULTS.poll.concurrency),
      meaning: "Requests in flight per workspace",
    }),
    stale_after: key(reading(wholeSecondsBetween(1_000, 365 * DAY_MS)), {
      type: "duration, 1s to 365d",
      default: "three intervals (of a schedule: the time to the third run after the poll), at least 1h",
      meaning: "Data older than this is withdrawn; at least the interval",
    }),
    legacy_interval: key(reading(readPlainInterval), {
      type: "duration, 1s to 1d",
      default: formatDuration(DEFAULTS.legacyIntervalSeconds * 1000),
      meaning: "Time from poll to poll of the legacy endpoint, where `legacy` is on; divides an hour or a day evenly",
    }),
  });
}

/** The list of windows, for the file and for `WINDOWS`. */
export function windowList() {
  const windows = list(reading(readWindow), { max: MAX_WINDOWS, nameOf: ({ name }: Window) => name });
  return windows.min(1, { error: "is empty; name a window or remove it" });
}

function metrics({ knownMetrics }: SchemaDeps) {
  const exclude = list(reading(metricReader(knownMetrics)), { nameOf: (name) => name });
  return mapping({
    exclude: key(exclude, {
      type: "list of metric names",
      default: "none",
      meaning: "Metrics left out; `docs/metrics.md` lists the names",
    }),
  });
}

function limits() {
  return mapping({
    series: key(integer(1, 1_000_000), {
      type: "integer, 1 to 1000000",
      default: String(DEFAULTS.series),
      meaning:
        "Most series one workspace may publish. Above 100000 it also raises how many elements a list of an answer may hold",
    }),
  });
}

/** The groups of settings that stand at the top level and may stand again in a workspace. */
export function settingsGroups(deps: SchemaDeps) {
  return {
    ...{ api: api(), poll: poll(deps), calendar: calendarSchema(), windows: windowList() },
    ...{ metrics: metrics(deps), limits: limits() },
  };
}

/** Settings as read, at the top level or in a workspace. */
export type Settings = {
  readonly [Group in keyof ReturnType<typeof settingsGroups>]?: z.output<ReturnType<typeof settingsGroups>[Group]>;
};
