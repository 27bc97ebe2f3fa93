import { expect, test } from "vitest";
import { type BadCase, KEY, problemsOf } from "../../support/configurations.ts";

const CASES: readonly BadCase[] = [
  {
    name: "a key with a typing error",
    yaml: "poll: {intervall: 15m}",
    problems: ['poll.intervall: is not a known key; did you mean "interval"?'],
  },
  {
    name: "an unknown key near none",
    yaml: "metrics: {prefix: x}",
    problems: ["metrics.prefix: is not a known key; valid names: exclude"],
  },
  {
    name: "an unknown key at the top",
    yaml: "polling: {}\nlegacy: true",
    problems: [
      "polling: is not a known key; valid names: api, poll, calendar, windows, people, metrics, limits, workspaces",
      "legacy: is not a known key; valid names: api, poll, calendar, windows, people, metrics, limits, workspaces",
    ],
  },
  {
    name: "an uneven interval of the legacy endpoint, which cannot have a schedule",
    yaml: "poll: {legacy_interval: 7m}",
    problems: ['poll.legacy_interval: "7m" does not divide an hour or a day evenly; use 6m or 10m'],
  },
  {
    name: "intervals of the legacy endpoint out of range, without a unit and of fractions",
    yaml: "poll: {legacy_interval: 2d}\nworkspaces: [{name: a, api_key: key-of-one, poll: {legacy_interval: 30}}, {name: b, api_key: key-of-one, poll: {legacy_interval: 1500ms}}]",
    problems: [
      'poll.legacy_interval: "2d" is out of range; use 1s to 1d',
      'workspaces[0].poll.legacy_interval: 30 has no unit; write "30m" or "30s"',
      'workspaces[1].poll.legacy_interval: "1500ms" is not whole seconds; leave out the ms',
    ],
  },
  {
    name: "a key of Object's prototype",
    yaml: "__proto__: 1\nconstructor: 2",
    problems: [
      "__proto__: is not a known key; valid names: api, poll, calendar, windows, people, metrics, limits, workspaces",
      "constructor: is not a known key; valid names: api, poll, calendar, windows, people, metrics, limits, workspaces",
    ],
  },
  {
    name: "a group that is a list, and settings left empty",
    yaml: "poll: {interval: }\nmetrics: []\npeople: {identity: }",
    problems: [
      'poll.interval: null is not a duration; write it like "30s", "15m" or "1h30m"',
      "people.identity: null is not one of id, hmac; use one of them",
      "metrics: [] is not a mapping; write its keys below it, or remove it",
    ],
  },
  {
    name: "names of projects that are not text to YAML, with their lines",
    yaml: 'workspaces:\n  - approval_target:\n      2.10: 0.5\n      007: 0.6\n      yes: 0.7\n      true: 0.8\n      "12e3": 0.9',
    problems: [
      '--config.file: "/config.yml" line 3, column 7: the key 2.10 is not text to YAML; put it in quotes: "2.10"',
      '--config.file: "/config.yml" line 4, column 7: the key 007 is not text to YAML; put it in quotes: "007"',
      '--config.file: "/config.yml" line 6, column 7: the key true is not text to YAML; put it in quotes: "true"',
    ],
  },
  {
    name: "a URL without a scheme",
    yaml: "api: {url: api.roboflow.com}",
    problems: ['api.url: "api.roboflow.com" is not a URL; write it like https://api.roboflow.com'],
  },
  {
    name: "a URL of another scheme",
    yaml: "api: {url: 'ftp://x'}",
    problems: ['api.url: "ftp://x" is neither http nor https; use https://…'],
  },
  {
    name: "a URL with credentials",
    yaml: `api: {url: 'https://u:${KEY}@x'}`,
    problems: [
      "api.url: <secret> contains credentials; remove them and give the key in api_key_file or ROBOFLOW_API_KEY_FILE",
    ],
  },
  {
    name: "a URL with the key in its query",
    yaml: `api: {url: 'https://x?api_key=${KEY}'}`,
    problems: ["api.url: <secret> has a query or a fragment; end it at the path"],
  },
  {
    name: "an unknown auth",
    yaml: "api: {auth: header}",
    problems: ['api.auth: "header" is not one of query, bearer; use one of them'],
  },
  {
    name: "a duration without a unit",
    yaml: "api: {timeout: 60}\npoll: {interval: 15, jitter: '5'}",
    problems: [
      'api.timeout: 60 has no unit; write "60m" or "60s"',
      'poll.interval: 15 has no unit; write "15m" or "15s"',
      'poll.jitter: "5" has no unit; write "5m" or "5s"',
    ],
  },
  {
    name: "a word for a duration",
    yaml: "api: {timeout: soon}\npoll: {interval: true}",
    problems: [
      'api.timeout: "soon" is not a duration; write it like "30s", "15m" or "1h30m"',
      'poll.interval: true is not a duration; write it like "30s", "15m" or "1h30m"',
    ],
  },
  {
    name: "durations out of range",
    yaml: "api: {timeout: 0s}\npoll: {interval: 2d, jitter: 25h, stale_after: 500ms}",
    problems: [
      'api.timeout: "0s" is out of range; use 1ms to 1h',
      'poll.interval: "2d" is out of range; use 1s to 1d',
      'poll.jitter: "25h" is out of range; use 0s to 1d',
      'poll.stale_after: "500ms" is out of range; use 1s to 365d',
    ],
  },
  {
    name: "fractions of a second",
    yaml: "poll: {interval: 1500ms, stale_after: 900001ms}",
    problems: [
      'poll.interval: "1500ms" is not whole seconds; leave out the ms',
      'poll.stale_after: "900001ms" is not whole seconds; leave out the ms',
    ],
  },
  {
    name: "retries out of range",
    yaml: "api: {retries: 11}",
    problems: ["api.retries: 11 is not an integer from 0 to 10; use one in that range"],
  },
  {
    name: "retries that are not an integer",
    yaml: "api: {retries: 1.5}",
    problems: ["api.retries: 1.5 is not an integer from 0 to 10; use one in that range"],
  },
  {
    name: "retries as text",
    yaml: "api: {retries: '3'}",
    problems: ['api.retries: "3" is not an integer from 0 to 10; use one in that range'],
  },
  {
    name: "retries that are not a number",
    yaml: "api: {retries: .nan}",
    problems: ["api.retries: NaN is not an integer from 0 to 10; use one in that range"],
  },
  {
    name: "a size without its unit",
    yaml: "api: {max_response_bytes: '33554432'}",
    problems: [
      'api.max_response_bytes: "33554432" is not a size; write bytes as an integer, or text like "32MiB" or "10MB"',
    ],
  },
  {
    name: "a size out of range",
    yaml: "api: {max_response_bytes: 2GiB}",
    problems: ['api.max_response_bytes: "2GiB" is out of range; use 1KiB to 1GiB'],
  },
  {
    name: "a size that is not a number",
    yaml: "api: {max_response_bytes: 1.5}",
    problems: ['api.max_response_bytes: 1.5 is not a size; write bytes as an integer, or text like "32MiB" or "10MB"'],
  },
  {
    name: "an uneven interval",
    yaml: "poll: {interval: 7m}",
    problems: ['poll.interval: "7m" does not divide an hour or a day evenly; use 6m or 10m, or give poll.schedule'],
  },
  {
    name: "an uneven interval under a minute",
    yaml: "poll: {interval: 7s}",
    problems: ['poll.interval: "7s" does not divide an hour or a day evenly; use 6s or 10s, or give poll.schedule'],
  },
  {
    name: "an uneven interval near a day",
    yaml: "poll: {interval: 23h}",
    problems: ['poll.interval: "23h" does not divide an hour or a day evenly; use 12h or 1d, or give poll.schedule'],
  },
  {
    name: "interval and schedule",
    yaml: "poll: {interval: 15m, schedule: '0 * * * *'}",
    problems: ['poll.schedule: "0 * * * *" cannot be combined with poll.interval; remove one of them'],
  },
  {
    name: "a schedule of words",
    yaml: "poll: {schedule: every hour}",
    problems: ['poll.schedule: "every hour" is not a cron expression of 5 or 6 fields; write it like "*/15 * * * *"'],
  },
  {
    name: "a schedule that is a number",
    yaml: "poll: {schedule: 5}",
    problems: ['poll.schedule: 5 is not a cron expression; write it like "*/15 * * * *"'],
  },
  {
    name: "a schedule the scheduler refuses",
    yaml: "poll: {schedule: '99 * * * *'}",
    problems: ['poll.schedule: "99 * * * *" is not a cron expression; write it like "*/15 * * * *"'],
  },
  {
    name: "uneven seconds",
    yaml: "poll: {schedule: '*/45 * * * * *'}",
    problems: [
      'poll.schedule: "*/45 * * * * *" is uneven: 45 seconds do not divide 60; use a step that divides 60, or list the seconds',
    ],
  },
  {
    name: "uneven minutes",
    yaml: "poll: {schedule: '*/7 * * * *'}",
    problems: [
      'poll.schedule: "*/7 * * * *" is uneven: 7 minutes do not divide 60; use a step that divides 60, or list the minutes',
    ],
  },
  {
    name: "uneven minutes in a list",
    yaml: "poll: {schedule: '0 1,2/25 * * * *'}",
    problems: [
      'poll.schedule: "0 1,2/25 * * * *" is uneven: 25 minutes do not divide 60; use a step that divides 60, or list the minutes',
    ],
  },
  {
    name: "uneven hours",
    yaml: "poll: {schedule: '0 */5 * * *'}",
    problems: [
      'poll.schedule: "0 */5 * * *" is uneven: 5 hours do not divide 24; use a step that divides 24, or list the hours',
    ],
  },
  {
    name: "an unknown time zone",
    yaml: "poll: {timezone: Europe/Atlantis}",
    problems: ['poll.timezone: "Europe/Atlantis" is not an IANA time zone; use a name like UTC or Europe/Berlin'],
  },
  {
    name: "an offset for a time zone",
    yaml: "poll: {timezone: '+02:00'}",
    problems: ['poll.timezone: "+02:00" is not an IANA time zone; use a name like UTC or Europe/Berlin'],
  },
  {
    name: "jitter as long as the interval",
    yaml: "poll: {interval: 1m, jitter: 1m}",
    problems: ['poll.jitter: "1m" is not shorter than poll.interval (1m); use a shorter one'],
  },
  {
    name: "jitter as long as the default interval",
    yaml: "poll: {jitter: 20m}",
    problems: ['poll.jitter: "20m" is not shorter than poll.interval (15m); use a shorter one'],
  },
  {
    name: "staleness before the next poll",
    yaml: "poll: {interval: 1h, stale_after: 15m}",
    problems: ['poll.stale_after: "15m" is shorter than poll.interval (1h); use at least that'],
  },
  {
    name: "jitter of the top level under a workspace's interval",
    yaml: "poll: {interval: 1h, jitter: 10m}\nworkspaces: [{poll: {interval: 5m}}]",
    problems: ['poll.jitter: "10m" is not shorter than workspaces[0].poll.interval (5m); use a shorter one'],
  },
  {
    name: "concurrency out of range",
    yaml: "poll: {concurrency: 0}",
    problems: ["poll.concurrency: 0 is not an integer from 1 to 16; use one in that range"],
  },
  { name: "no windows", yaml: "windows: []", problems: ["windows: [] is empty; name a window or remove it"] },
  {
    name: "an unknown window",
    yaml: "windows: [today, 7 days, 0d, 7]",
    problems: [
      'windows[1]: "7 days" is not a window; use today, <N>d (1d to 3660d), week, month or all',
      'windows[2]: "0d" is not a window; use today, <N>d (1d to 3660d), week, month or all',
      "windows[3]: 7 is not a window; use today, <N>d (1d to 3660d), week, month or all",
    ],
  },
  {
    name: "a window given twice",
    yaml: "windows: [7d, all, 7d]",
    problems: ['windows[2]: "7d" is given twice; remove one of them'],
  },
  {
    name: "too many windows",
    yaml: "windows: [1d, 2d, 3d, 4d, 5d, 6d, 7d, 8d, 9d, 10d, 11d]",
    problems: ["windows: […] has more than 10 entries; use fewer"],
  },
  {
    name: "windows that are not a list",
    yaml: "windows: 7d",
    problems: ['windows: "7d" is not a list; write it like [a, b], or remove it'],
  },
  {
    name: "hmac without a key file",
    yaml: "people: {identity: hmac}",
    problems: ["people.hmac_key_file: is missing; identity: hmac needs a file with the key of the hashes"],
  },
  {
    name: "hmac with a short key",
    yaml: "people: {identity: hmac, hmac_key_file: /short}",
    problems: [
      'people.hmac_key_file: "/short" holds fewer than 16 characters; write a longer key into it, e.g. openssl rand -hex 32',
    ],
  },
  {
    name: "hmac with a key file that is missing",
    yaml: "people: {identity: hmac, hmac_key_file: /nonexistent/hmac}",
    problems: [
      'people.hmac_key_file: "/nonexistent/hmac" cannot be read (ENOENT: no such file or directory); give the path of a readable file',
    ],
  },
  {
    name: "hmac with names and e-mail",
    yaml: "people: {identity: hmac, hmac_key_file: /hmac, names: true, email: true}",
    problems: [
      "people.names: true cannot be combined with identity: hmac, which hides people; remove it or use identity: id",
      "people.email: true cannot be combined with identity: hmac, which hides people; remove it or use identity: id",
    ],
  },
  {
    name: "a hash key without hashes",
    yaml: "people: {hmac_key_file: /hmac}",
    problems: ['people.hmac_key_file: "/hmac" is only for identity: hmac; remove it or set identity: hmac'],
  },
  {
    name: "privacy that could not be read",
    yaml: "people: {identity: hash, hmac_key_file: 5, names: yes}",
    problems: [
      'people.identity: "hash" is not one of id, hmac; use one of them',
      "people.hmac_key_file: 5 is not text; put it in quotes",
      'people.names: "yes" is not true or false; write one of them, without quotes',
    ],
  },
  {
    name: "hmac with a key file that is not a path",
    yaml: "people: {identity: hmac, hmac_key_file: [a]}",
    problems: ["people.hmac_key_file: […] is not text; put it in quotes"],
  },
  {
    name: "a system labeler given twice",
    yaml: "people: {system: [a, a, '']}",
    problems: [
      'people.system[1]: "a" is given twice; remove one of them',
      'people.system[2]: "" is empty; give a value or remove it',
    ],
  },
  {
    name: "a metric with a typing error",
    yaml: "metrics: {exclude: [roboflow_image_labeled]}",
    problems: [
      'metrics.exclude[0]: "roboflow_image_labeled" is not the name of a metric; did you mean "roboflow_images_labeled"?',
    ],
  },
  {
    name: "hours that are not a span",
    yaml: "calendar: {hours: 9-17}\nworkspaces: [{calendar: {hours: '09:00-25:00'}}]",
    problems: [
      'calendar.hours: "9-17" is not a span of hours; write it as "09:00-18:00"',
      'workspaces[0].calendar.hours: "09:00-25:00" is not a span of hours; write it as "09:00-18:00"',
    ],
  },
  {
    name: "hours over midnight",
    yaml: "calendar: {hours: '22:00-06:00'}",
    problems: ['calendar.hours: "22:00-06:00" does not end after it begins; hours over midnight are not supported'],
  },
  {
    name: "holidays that do not exist, and a weekday by another name",
    yaml: "calendar: {weekdays: [mon], holidays: [2026-02-30, 25.12.2026, 2026-12-25, 2026-12-25]}",
    problems: [
      'calendar.weekdays[0]: "mon" is not one of monday, tuesday, wednesday, thursday, friday, saturday, sunday; use one of them',
      'calendar.holidays[0]: "2026-02-30" is not a day of the calendar; write it as 2026-12-25',
      'calendar.holidays[1]: "25.12.2026" is not a day of the calendar; write it as 2026-12-25',
      'calendar.holidays[3]: "2026-12-25" is given twice; remove one of them',
    ],
  },
  {
    name: "an unknown metric",
    yaml: "metrics: {exclude: [up, 5]}",
    problems: [
      'metrics.exclude[0]: "up" is not the name of a metric; valid names: roboflow_images_labeled, roboflow_boxes_drawn, roboflow_approval_ratio',
      "metrics.exclude[1]: 5 is not the name of a metric; valid names: roboflow_images_labeled, roboflow_boxes_drawn, roboflow_approval_ratio",
    ],
  },
  {
    name: "a target at the top level",
    yaml: "approval_target: 0.9",
    problems: [
      "approval_target: is not a known key; valid names: api, poll, calendar, windows, people, metrics, limits, workspaces",
    ],
  },
  {
    name: "limits out of range",
    yaml: "limits: {series: 0, labelers: 0}",
    problems: [
      "limits.series: 0 is not an integer from 1 to 1000000; use one in that range",
      "limits.labelers: 0 is not an integer from 1 to 100000; use one in that range",
    ],
  },
];

test.each(CASES)("refuses $name", ({ problems, ...given }) => {
  expect(problemsOf(given)).toEqual(problems);
  expect(problemsOf(given).join()).not.toContain(KEY);
});
