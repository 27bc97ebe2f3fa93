import { z } from "zod";
import { WEEKDAYS } from "./config.ts";
import { cron, day, duration, hours, interval, leave, size, wholeSeconds } from "./units.ts";
import { type Path, showPath, showUrl } from "./messages.ts";
import { defaultsOf, key } from "./table.ts";
import * as value from "./values.ts";

/** What only other folders know: which expressions the scheduler takes, and which metrics there are. */
export interface Known {
  readonly isCronExpression: (text: string) => boolean;
  readonly knownMetrics: readonly string[];
}

export const NOTHING_KNOWN: Known = { isCronExpression: () => true, knownMetrics: [] };

export const DEFAULT_WINDOWS = ["today", "7d", "14d", "28d", "all"];

/** How the API is called. */
const API = value.mapping({
  url: key(value.url(), {
    default: "https://api.roboflow.com",
    example: "https://api.roboflow.eu",
    env: "ROBOFLOW_API_URL",
    note: "Base URL of the API; the example is for workspaces hosted in Europe",
    show: showUrl,
  }),
  auth: key(value.oneOf(["query", "bearer"]), {
    default: "query",
    note: "How the key is sent: as the documented `api_key` parameter, or in the `Authorization` header",
  }),
  end_date: key(value.oneOf(["inclusive", "exclusive"]), {
    default: "inclusive",
    note: "Whether the API treats `endDate` as inclusive, as documented; with `exclusive` the following day is sent. `roboflow-exporter doctor` checks it",
  }),
  timeout: key(duration("1ms", "1h"), { default: "1m", note: "Timeout of one request" }),
  retries: key(value.integer(0, 10), {
    default: 3,
    note: "Retries after the first attempt, for responses 429 and 5xx, timeouts and broken connections",
  }),
  max_response_bytes: key(size("1KiB", "1GiB"), {
    default: "32MiB",
    note: "Larger responses are refused; a number of bytes, or text such as `32MiB` or `10MB`",
  }),
});

/** How much is asked of the API at once, all workspaces together: keys of the top-level `api` alone. */
export const REQUESTS = {
  concurrency: key(value.integer(1, 1000), {
    default: 50,
    note: "Simultaneous requests of all workspaces together; with several workspaces, one of them has at most half",
  }),
  requests_per_second: key(value.amount(0.01, 1000), {
    default: 50,
    example: 5,
    note: "Maximum number of requests started in any second by all workspaces together, retries included; below 1 for longer pauses",
  }),
};

/** When the API is polled, without the two keys of which only one may be given. */
const POLL = {
  timezone: key(value.timezone(), {
    default: "UTC",
    note: "Time zone of calendar days and cron expressions. Roboflow counts work on UTC days: another zone gives a warning, because `today` is then a different day for some hours",
  }),
  jitter: key(duration("0s", "1d"), {
    otherwise: "a tenth of the interval (of a schedule: of the time to the next run), at most 30s",
    example: "30s",
    note: "Each poll waits a random time up to this; must be shorter than the interval",
  }),
  stagger: key(value.yesOrNo(), {
    otherwise: "true with several workspaces, false with one",
    example: false,
    note: "Spread polls over their interval, each workspace and source at a time of its own; `false` polls at round times. Schedules are not moved",
  }),
  startup_spread: key(duration("0s", "1h"), {
    otherwise: "10s; 0s with `stagger: false`",
    example: "1m",
    note: "The first polls after the start are spread over this time; with one workspace they start at once",
  }),
  concurrency: key(value.integer(1, 16), { default: 2, note: "Simultaneous requests per workspace" }),
  stale_after: key(wholeSeconds("1s", "365d"), {
    otherwise: "three intervals (of a schedule: the time to the third run after the poll), at least 1h",
    example: "1h",
    note: "Data older than this is withdrawn; must be at least the interval",
  }),
  legacy_interval: key(interval(), {
    default: "1h",
    note: "Time between polls of the legacy endpoint, if `legacy` is on; must divide an hour or a day evenly",
  }),
};

/** When the API is polled. */
function poll({ isCronExpression }: Known) {
  return value.mapping({
    interval: key(interval(", or give poll.schedule"), {
      default: "15m",
      example: "5m",
      env: "POLL_INTERVAL",
      note: "Time between polls; must divide an hour or a day evenly. Cannot be combined with `schedule`",
    }),
    schedule: key(cron(isCronExpression), {
      example: "0 6-20 * * 1-5",
      env: "POLL_SCHEDULE",
      note: "When to poll: 5 or 6 fields (seconds first), in the time zone `timezone`. Cannot be combined with `interval`",
    }),
    ...POLL,
  });
}

/** When people work. */
function calendar() {
  return value.mapping({
    weekdays: key(value.list(value.oneOf(WEEKDAYS), "weekdays", { max: 7 }), {
      default: WEEKDAYS.slice(0, 5),
      note: "Days of the week on which people work",
    }),
    hours: key(hours(), { default: "09:00-18:00", note: "Hours of work, in the zone `poll.timezone`" }),
    // Some decades of holidays.
    holidays: key(value.list(day(), "days", { max: 1000 }), {
      otherwise: "none",
      example: ["2026-12-25", "2027-01-01"],
      note: "Days without work, such as `2026-12-25`",
    }),
    holidays_file: key(value.text("path"), {
      otherwise: "none",
      example: "/etc/roboflow-exporter/holidays.ics",
      note: "An iCalendar file whose events of whole days are days without work, too; read at the start and at each reload",
      show: showPath,
    }),
    leave: key(leave(), {
      otherwise: "none",
      example: { u7Jq2: ["2026-12-24..2027-01-02"] },
      note: "Days on which a person does not work, by the labeler's id as Roboflow gives it: days, or spans of days",
    }),
  });
}

/** Labeler ids by the name of their team. */
function teams() {
  const error = "is not a mapping; write each team and the ids of its labelers, like Acme: [u7Jq2]";
  const ids = value.list(value.name(), "labeler ids").min(1, {
    error: "is empty; list the ids of the team's labelers, or remove the team",
  });
  return z.record(z.string(), ids, { error }).describe("mapping of names to lists of labeler ids");
}

/** How people appear. */
export function people() {
  return value.mapping({
    identity: key(value.oneOf(["id", "hmac"]), {
      default: "id",
      note: "Publish people's Roboflow ids, or keyed hashes of them",
    }),
    hmac_key_file: key(value.text("path"), {
      example: "/run/secrets/labelers-hmac-key",
      note: "File with the key for the hashes, at least 16 characters; required with `hmac`, not allowed without",
    }),
    names: key(value.yesOrNo(), {
      otherwise: "true with `id`, false with `hmac`",
      example: false,
      note: "Publish display names in `roboflow_labeler_info`",
    }),
    email: key(value.yesOrNo(), {
      default: false,
      note: "Publish e-mail addresses in `roboflow_labeler_info`; not allowed with `hmac`",
    }),
    system: key(value.list(value.name(), "labeler ids or names"), {
      default: ["autolabelservice", "Auto Label"],
      note: 'Labelers that are programs; published with `kind="system"`',
    }),
    teams: key(teams(), {
      otherwise: "none",
      example: { "In-house": ["u7Jq2", "k3Xn9"], Agency: ["p0Lm4"] },
      note: "Teams and the ids of their labelers; published as the label `team` of `roboflow_labeler_info`",
    }),
  });
}

/** The groups of settings that stand at the top level and may stand again in a workspace. */
export function settings(known: Known) {
  return {
    api: API,
    poll: poll(known),
    calendar: calendar(),
    // A poll holds the answers to all windows at once.
    windows: value.windows(10),
    metrics: value.mapping({
      exclude: key(value.list(value.metric(known.knownMetrics), "metric names"), {
        otherwise: "none",
        example: ["roboflow_boxes_updated"],
        note: "Metrics that are not published; `docs/metrics.md` lists the names",
      }),
    }),
    limits: value.mapping({
      series: key(value.integer(1, 1_000_000), {
        default: 50_000,
        note: "Maximum number of series per workspace. Above 100000 it also raises the number of elements that a list in a response may have",
      }),
      labelers: key(value.integer(1, 100_000), {
        otherwise: "all",
        example: 200,
        note: "Maximum number of people with series of their own, per workspace and source: those with the most images in the widest window. The others are summed into one labeler, `other`",
      }),
    }),
  };
}

const GROUPS = settings(NOTHING_KNOWN);
const PEOPLE = people();
const REQUEST_KEYS = value.mapping(REQUESTS);

/** What holds when nothing else is given, as it is used. */
export const DEFAULTS = {
  api: GROUPS.api.required().parse(defaultsOf(GROUPS.api)),
  poll: GROUPS.poll
    .required({ interval: true, timezone: true, concurrency: true, legacy_interval: true })
    .parse(defaultsOf(GROUPS.poll)),
  calendar: GROUPS.calendar.required({ weekdays: true, hours: true }).parse(defaultsOf(GROUPS.calendar)),
  windows: GROUPS.windows.parse(DEFAULT_WINDOWS),
  limits: GROUPS.limits.required({ series: true }).parse(defaultsOf(GROUPS.limits)),
  requests: REQUEST_KEYS.required().parse(defaultsOf(REQUEST_KEYS)),
  startupSpreadMs: 10_000,
  people: PEOPLE.required({ identity: true, email: true, system: true }).parse(defaultsOf(PEOPLE)),
};

/** Settings as read, at the top level or in a workspace. */
export type Settings = {
  readonly [Group in keyof typeof GROUPS]?: z.output<(typeof GROUPS)[Group]>;
};

/** Settings with what messages say of their keys. Those of a later layer replace those of an earlier one. */
export interface Layer {
  readonly settings: Settings;
  readonly isFlawed: (path: Path) => boolean;
  readonly shown: (path: Path) => string;
  readonly nameOf: (path: Path) => Path;
}
