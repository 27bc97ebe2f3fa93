import type { z } from "zod";
import { type PollConfig, type Schedule, WEEKDAYS } from "./config.ts";
import { cron, day, duration, formatDuration, hours, interval, wholeSeconds } from "./duration.ts";
import { leave } from "./leave.ts";
import { keyText, type Path, type Report, showPath, showUrl } from "./messages.ts";
import { defaultsOf, key } from "./table.ts";
import * as value from "./values.ts";

/** What only other folders know: which expressions the scheduler takes, and which metrics there are. */
export interface Known {
  readonly isCronExpression: (text: string) => boolean;
  readonly knownMetrics: readonly string[];
}

export const NOTHING_KNOWN: Known = { isCronExpression: () => true, knownMetrics: [] };

export const DEFAULT_WINDOWS = ["today", "7d", "14d", "28d", "all"];

/** How the API is asked. */
function api() {
  return value.mapping({
    url: key(value.url(), {
      default: "https://api.roboflow.com",
      example: "https://api.roboflow.eu",
      env: "ROBOFLOW_API_URL",
      note: "Where the API is; the example is that of workspaces kept in Europe",
      show: showUrl,
    }),
    auth: key(value.oneOf(["query", "bearer"]), {
      default: "query",
      note: "How the key is sent: as the documented `api_key` parameter, or in the `Authorization` header",
    }),
    end_date: key(value.oneOf(["inclusive", "exclusive"]), {
      default: "inclusive",
      note: "Whether the API counts `endDate` itself, as documented; with `exclusive` the day after is sent. `roboflow-exporter doctor` checks it",
    }),
    timeout: key(duration("1ms", "1h"), { default: "1m", note: "Deadline of one request" }),
    retries: key(value.integer(0, 10), {
      default: 3,
      note: "Attempts after the first one, for answers 429 and 5xx, timeouts and broken connections",
    }),
    max_response_bytes: key(value.size("1KiB", "1GiB"), {
      default: "32MiB",
      note: "Larger answers are refused; an integer of bytes, or text such as `32MiB` or `10MB`",
    }),
  });
}

/** When the API is asked. */
function poll({ isCronExpression }: Known) {
  return value.mapping({
    interval: key(interval(", or give poll.schedule"), {
      default: "15m",
      example: "5m",
      env: "POLL_INTERVAL",
      note: "Time from poll to poll; divides an hour or a day evenly. Not together with `schedule`",
    }),
    schedule: key(cron(isCronExpression), {
      example: "0 6-20 * * 1-5",
      env: "POLL_SCHEDULE",
      note: "When to poll, in 5 or 6 fields (seconds first), in the zone `timezone`. Not together with `interval`",
    }),
    timezone: key(value.timezone(), {
      default: "UTC",
      note: "Where calendar days begin, and whose clock cron expressions mean. Roboflow counts work on UTC days: another zone gives a warning, since `today` is then another day for some hours",
    }),
    jitter: key(duration("0s", "1d"), {
      otherwise: "a tenth of the interval (of a schedule: of the time to the next run), at most 30s",
      example: "30s",
      note: "Each poll waits a random time up to this; shorter than the interval",
    }),
    concurrency: key(value.integer(1, 16), { default: 2, note: "Requests in flight per workspace" }),
    stale_after: key(wholeSeconds("1s", "365d"), {
      otherwise: "three intervals (of a schedule: the time to the third run after the poll), at least 1h",
      example: "1h",
      note: "Data older than this is withdrawn; at least the interval",
    }),
    legacy_interval: key(interval(), {
      default: "1h",
      note: "Time from poll to poll of the legacy endpoint, where `legacy` is on; divides an hour or a day evenly",
    }),
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
      note: "An iCalendar file whose events of whole days are days without work, too; read at the start",
      show: showPath,
    }),
    leave: key(leave(), {
      otherwise: "none",
      example: { u7Jq2: ["2026-12-24..2027-01-02"] },
      note: "Days on which a person does not work, by the labeler's id as Roboflow gives it: days, or spans of days",
    }),
  });
}

/** How people appear. */
export function people() {
  return value.mapping({
    identity: key(value.oneOf(["id", "hmac"]), {
      default: "id",
      note: "People's ids as Roboflow gives them, or keyed hashes of them",
    }),
    hmac_key_file: key(value.text("path"), {
      example: "/run/secrets/labelers-hmac-key",
      note: "File with the key of the hashes, at least 16 characters; required with `hmac`, refused without",
    }),
    names: key(value.yesOrNo(), {
      otherwise: "true with `id`, false with `hmac`",
      example: false,
      note: "Publish display names in `roboflow_labeler_info`",
    }),
    email: key(value.yesOrNo(), {
      default: false,
      note: "Publish e-mail addresses in `roboflow_labeler_info`; not with `hmac`",
    }),
    system: key(value.list(value.name(), "labeler ids or names"), {
      default: ["autolabelservice", "Auto Label"],
      note: 'Labelers that are programs; published with `kind="system"`',
    }),
  });
}

/** The groups of settings that stand at the top level and may stand again in a workspace. */
export function settings(known: Known) {
  return {
    api: api(),
    poll: poll(known),
    calendar: calendar(),
    // A poll holds the answers to all windows at once.
    windows: value.windows(10),
    metrics: value.mapping({
      exclude: key(value.list(value.metric(known.knownMetrics), "metric names"), {
        otherwise: "none",
        example: ["roboflow_boxes_updated"],
        note: "Metrics left out; `docs/metrics.md` lists the names",
      }),
    }),
    limits: value.mapping({
      series: key(value.integer(1, 1_000_000), {
        default: 50_000,
        note: "Most series one workspace may publish. Above 100000 it also raises how many elements a list of an answer may hold",
      }),
    }),
  };
}

const GROUPS = settings(NOTHING_KNOWN);
const PEOPLE = people();

/** What holds when nothing else is given, as it is used. */
export const DEFAULTS = {
  api: GROUPS.api.required().parse(defaultsOf(GROUPS.api)),
  poll: GROUPS.poll
    .required({ interval: true, timezone: true, concurrency: true, legacy_interval: true })
    .parse(defaultsOf(GROUPS.poll)),
  calendar: GROUPS.calendar.required({ weekdays: true, hours: true }).parse(defaultsOf(GROUPS.calendar)),
  windows: GROUPS.windows.parse(DEFAULT_WINDOWS),
  limits: GROUPS.limits.required().parse(defaultsOf(GROUPS.limits)),
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

const INTERVAL: Path = ["poll", "interval"];
const SCHEDULE: Path = ["poll", "schedule"];

interface Chosen {
  readonly schedule: Schedule;
  /** The key it stands under. */
  readonly name: string;
}

const DEFAULT: Chosen = {
  schedule: { kind: "interval", seconds: DEFAULTS.poll.interval },
  name: keyText(INTERVAL),
};

function chosenIn({ settings: { poll = {} }, shown, nameOf }: Layer, report: Report): Chosen | undefined {
  const { interval: seconds, schedule: expression } = poll;
  const name = keyText(nameOf(INTERVAL));
  const chosen: Chosen | undefined =
    seconds === undefined ? undefined : { schedule: { kind: "interval", seconds }, name };
  if (expression === undefined) return chosen;
  if (chosen) report(nameOf(SCHEDULE), `${shown(SCHEDULE)} cannot be combined with ${name}; remove one of them`);
  return chosen ?? { schedule: { kind: "cron", expression }, name: keyText(nameOf(SCHEDULE)) };
}

/** The last given value of a duration must fit the interval. */
function reportMisfits({ schedule, name }: Chosen, layers: readonly Layer[], report: Report): void {
  if (schedule.kind !== "interval") return;
  const intervalMs = schedule.seconds * 1000;
  const interval = `${name} (${formatDuration(intervalMs)})`;
  const rules = [
    ["jitter", (ms: number) => ms < intervalMs, `is not shorter than ${interval}; use a shorter one`],
    ["stale_after", (ms: number) => ms >= intervalMs, `is shorter than ${interval}; use at least that`],
  ] as const;
  for (const [key, fits, problem] of rules) {
    const layer = layers.findLast(({ settings: { poll } }) => poll?.[key] !== undefined);
    if (!layer || fits(layer.settings.poll?.[key] ?? 0)) continue;
    report(layer.nameOf(["poll", key]), `${layer.shown(["poll", key])} ${problem}`);
  }
}

/** When to poll: what a later layer says replaces what an earlier one says. */
export function resolvePoll(layers: readonly Layer[], report: Report): PollConfig {
  const given = layers.map((layer) => chosenIn(layer, report));
  const chosen = given.findLast((one) => one !== undefined) ?? DEFAULT;
  // An interval that could not be read would have been another one.
  const isUnread = layers.some(({ isFlawed }) => isFlawed(INTERVAL) || isFlawed(SCHEDULE));
  if (!isUnread) reportMisfits(chosen, layers, report);
  const poll = layers.reduce((merged, { settings }) => ({ ...merged, ...settings.poll }), DEFAULTS.poll);
  return {
    schedule: chosen.schedule,
    timezone: poll.timezone,
    jitterMs: poll.jitter,
    concurrency: poll.concurrency,
    staleAfterMs: poll.stale_after,
    legacyIntervalSeconds: poll.legacy_interval,
  };
}
