import { expect, test } from "vitest";
import { type BadCase, KEY, problemsOf } from "../../support/configurations.ts";

const CASES: readonly BadCase[] = [
  {
    name: "no key at all",
    env: {},
    problems: [
      "ROBOFLOW_API_KEY: is not set; set it or ROBOFLOW_API_KEY_FILE, give workspaces[0].api_key_file in the configuration file, or try without a key: roboflow-exporter demo",
    ],
  },
  {
    name: "an empty key",
    env: { ROBOFLOW_API_KEY: "" },
    problems: ['ROBOFLOW_API_KEY: "" is empty; unset it or give a value'],
  },
  {
    name: "every variable empty",
    env: {
      ROBOFLOW_API_KEY: "",
      ROBOFLOW_API_KEY_FILE: "",
      ROBOFLOW_WORKSPACE: "",
      ROBOFLOW_API_URL: "",
      POLL_INTERVAL: "",
      POLL_SCHEDULE: "",
      WINDOWS: "",
    },
    problems: [
      'ROBOFLOW_API_KEY: "" is empty; unset it or give a value',
      'ROBOFLOW_API_KEY_FILE: "" is empty; unset it or give a value',
      'ROBOFLOW_WORKSPACE: "" is empty; unset it or give a value',
      'ROBOFLOW_API_URL: "" is empty; unset it or give a value',
      'POLL_INTERVAL: "" is empty; unset it or give a value',
      'POLL_SCHEDULE: "" is empty; unset it or give a value',
      'WINDOWS: "" is empty; unset it or give a value',
    ],
  },
  {
    name: "a key of two words",
    env: { ROBOFLOW_API_KEY: `${KEY} ${KEY}` },
    problems: ["ROBOFLOW_API_KEY: <secret> has white space in the key; give the key alone"],
  },
  {
    name: "a key and a key file",
    env: { ROBOFLOW_API_KEY: KEY, ROBOFLOW_API_KEY_FILE: "/key" },
    problems: ['ROBOFLOW_API_KEY_FILE: "/key" cannot be combined with ROBOFLOW_API_KEY; remove one of them'],
  },
  {
    name: "a key file that is missing",
    env: { ROBOFLOW_API_KEY_FILE: "/nonexistent/key" },
    problems: [
      'ROBOFLOW_API_KEY_FILE: "/nonexistent/key" cannot be read (ENOENT: no such file or directory); give the path of a readable file',
    ],
  },
  {
    name: "the key in place of the key file",
    env: { ROBOFLOW_API_KEY: KEY, ROBOFLOW_API_KEY_FILE: KEY },
    problems: ["ROBOFLOW_API_KEY_FILE: <secret> cannot be combined with ROBOFLOW_API_KEY; remove one of them"],
  },
  {
    name: "a key in place of the key file, with no other",
    env: { ROBOFLOW_API_KEY_FILE: "AbCdEf0123456789WxYz" },
    problems: [
      "ROBOFLOW_API_KEY_FILE: <secret> cannot be read (ENOENT: no such file or directory); give the path of a readable file",
    ],
  },
  {
    name: "a key in place of the key file of a workspace",
    env: {},
    yaml: "workspaces: [{ name: acme, api_key_file: rf_0123456789abcdef }]",
    problems: [
      "workspaces[0].api_key_file: <secret> cannot be read (ENOENT: no such file or directory); give the path of a readable file",
    ],
  },
  {
    name: "a workspace that is not a slug",
    env: { ROBOFLOW_API_KEY: KEY, ROBOFLOW_WORKSPACE: "a/b" },
    problems: [
      'ROBOFLOW_WORKSPACE: "a/b" is not a workspace\'s slug (letters, digits, - and _); copy it from app.roboflow.com/<slug>',
    ],
  },
  {
    name: "a workspace with several in the file",
    yaml: "workspaces: [{name: a, api_key: key-of-1-}, {name: b, api_key: key-of-2-}]",
    env: { ROBOFLOW_WORKSPACE: "c" },
    problems: ['ROBOFLOW_WORKSPACE: "c" is ambiguous with several workspaces in the file; unset it'],
  },
  {
    name: "a URL with credentials",
    env: { ROBOFLOW_API_KEY: KEY, ROBOFLOW_API_URL: `https://${KEY}@x` },
    problems: [
      "ROBOFLOW_API_URL: <secret> contains credentials; remove them and give the key in api_key_file or ROBOFLOW_API_KEY_FILE",
    ],
  },
  {
    name: "an uneven interval",
    env: { ROBOFLOW_API_KEY: KEY, POLL_INTERVAL: "7m" },
    problems: ['POLL_INTERVAL: "7m" does not divide an hour or a day evenly; use 6m or 10m, or give poll.schedule'],
  },
  {
    name: "an interval without a unit",
    env: { ROBOFLOW_API_KEY: KEY, POLL_INTERVAL: "15" },
    problems: ['POLL_INTERVAL: "15" has no unit; write "15m" or "15s"'],
  },
  {
    name: "an uneven schedule",
    env: { ROBOFLOW_API_KEY: KEY, POLL_SCHEDULE: "*/45 * * * * *" },
    problems: [
      'POLL_SCHEDULE: "*/45 * * * * *" is uneven: 45 seconds do not divide 60; use a step that divides 60, or list the seconds',
    ],
  },
  {
    name: "an interval and a schedule",
    env: { ROBOFLOW_API_KEY: KEY, POLL_INTERVAL: "15m", POLL_SCHEDULE: "0 * * * *" },
    problems: ['POLL_SCHEDULE: "0 * * * *" cannot be combined with POLL_INTERVAL; remove one of them'],
  },
  {
    name: "an interval under both of its names",
    env: { ROBOFLOW_API_KEY: KEY, POLL_INTERVAL: "15m", ROBOFLOW_POLL_INTERVAL: "15m" },
    problems: ['ROBOFLOW_POLL_INTERVAL: "15m" cannot be combined with POLL_INTERVAL; remove one of them'],
  },
  {
    name: "values of variables with the prefix",
    env: { ROBOFLOW_API_KEY: KEY, ROBOFLOW_POLL_SCHEDULE: "", ROBOFLOW_WINDOWS: "today,x" },
    problems: [
      'ROBOFLOW_POLL_SCHEDULE: "" is empty; unset it or give a value',
      'ROBOFLOW_WINDOWS[1]: "x" is not a window; use today, <N>d (1d to 3660d), week, month or all',
    ],
  },
  {
    name: "an interval shorter than the file's jitter",
    yaml: "poll: {interval: 1h, jitter: 10m}",
    env: { ROBOFLOW_API_KEY: KEY, POLL_INTERVAL: "5m" },
    problems: ['poll.jitter: "10m" is not shorter than POLL_INTERVAL (5m); use a shorter one'],
  },
  {
    name: "windows with a typing error",
    env: { ROBOFLOW_API_KEY: KEY, WINDOWS: "today,,7days,today" },
    problems: [
      'WINDOWS[1]: "" is not a window; use today, <N>d (1d to 3660d), week, month or all',
      'WINDOWS[2]: "7days" is not a window; use today, <N>d (1d to 3660d), week, month or all',
    ],
  },
  {
    name: "a window given twice",
    env: { ROBOFLOW_API_KEY: KEY, WINDOWS: "today,7d,today" },
    problems: ['WINDOWS[2]: "today" is given twice; remove one of them'],
  },
  {
    name: "an address that is not one",
    flags: { listenAddresses: ["foo", ":1", "[::1:5", "[zz]:1", "a b:1"] },
    problems: [
      '--web.listen-address: "foo" is not an address to listen on; use :PORT, HOST:PORT or [::1]:PORT',
      '--web.listen-address: "[::1:5" is not an address to listen on; use :PORT, HOST:PORT or [::1]:PORT',
      '--web.listen-address: "[zz]:1" is not an address to listen on; use :PORT, HOST:PORT or [::1]:PORT',
      '--web.listen-address: "a b:1" is not an address to listen on; use :PORT, HOST:PORT or [::1]:PORT',
    ],
  },
  {
    name: "a port out of range",
    flags: { listenAddresses: [":65536"] },
    problems: ['--web.listen-address: ":65536" has a port above 65535; use one from 0 to 65535'],
  },
  {
    name: "an address given twice",
    flags: { listenAddresses: ["[::1]:1", "[::1]:1"] },
    problems: ['--web.listen-address: "[::1]:1" is given twice; remove one of them'],
  },
  {
    name: "a telemetry path that is the root",
    flags: { telemetryPath: "/" },
    problems: [
      '--web.telemetry-path: "/" is not a path below /; use one like /metrics, without query or special characters',
    ],
  },
  {
    name: "a telemetry path without a slash",
    flags: { telemetryPath: "metrics" },
    problems: [
      '--web.telemetry-path: "metrics" is not a path below /; use one like /metrics, without query or special characters',
    ],
  },
  {
    name: "a telemetry path with a query",
    flags: { telemetryPath: "/metrics?x" },
    problems: [
      '--web.telemetry-path: "/metrics?x" is not a path below /; use one like /metrics, without query or special characters',
    ],
  },
  {
    name: "a telemetry path that is taken",
    flags: { telemetryPath: "/-/Healthy/" },
    problems: ['--web.telemetry-path: "/-/Healthy/" is taken by another page; use one like /metrics'],
  },
  {
    name: "too few requests",
    flags: { maxRequests: "0" },
    problems: ['--web.max-requests: "0" is not an integer from 1 to 10000; use one in that range'],
  },
  {
    name: "requests that are not a number",
    flags: { maxRequests: "1e3" },
    problems: ['--web.max-requests: "1e3" is not an integer from 1 to 10000; use one in that range'],
  },
  {
    name: "an unknown level and format",
    flags: { logLevel: "trace", logFormat: "text" },
    problems: [
      '--log.level: "trace" is not one of debug, info, warn, error; use one of them',
      '--log.format: "text" is not one of json, pretty; use one of them',
    ],
  },
  {
    name: "a directory without a name",
    flags: { storagePath: "" },
    problems: ['--storage.path: "" is empty; give a value or remove it'],
  },
  {
    name: "a file without a name",
    flags: { configFile: "" },
    problems: ['--config.file: "" is empty; give a value or remove it'],
  },
  {
    name: "a file that is missing",
    flags: { configFile: "/nonexistent/config.yml" },
    problems: [
      '--config.file: "/nonexistent/config.yml" cannot be read (ENOENT: no such file or directory); give the path of a readable file',
    ],
  },
  {
    name: "a file without a name, and no key",
    env: {},
    flags: { configFile: "" },
    problems: ['--config.file: "" is empty; give a value or remove it'],
  },
  {
    name: "a file that is missing, and no key",
    env: {},
    flags: { configFile: "/nonexistent/config.yml" },
    problems: [
      '--config.file: "/nonexistent/config.yml" cannot be read (ENOENT: no such file or directory); give the path of a readable file',
    ],
  },
  {
    name: "a file that is too large",
    yaml: `# ${"x".repeat(2 ** 20)}`,
    problems: ['--config.file: "/config.yml" is larger than 1 MiB; give a smaller file'],
  },
  {
    name: "a key file in UTF-16",
    env: { ROBOFLOW_API_KEY_FILE: "/key-utf16" },
    problems: ['ROBOFLOW_API_KEY_FILE: "/key-utf16" is UTF-16, as PowerShell writes it; save it as UTF-8'],
  },
  {
    name: "the key in place of the configuration file",
    flags: { configFile: KEY },
    problems: [
      "--config.file: <secret> cannot be read (ENOENT: no such file or directory); give the path of a readable file",
    ],
  },
  {
    name: "a key in place of the key file, which nothing else holds",
    env: { ROBOFLOW_API_KEY_FILE: KEY },
    problems: [
      "ROBOFLOW_API_KEY_FILE: <secret> cannot be read (ENOENT: no such file or directory); give the path of a readable file",
    ],
  },
  {
    name: "the key in place of the workspace",
    env: { ROBOFLOW_API_KEY: KEY, ROBOFLOW_WORKSPACE: KEY },
    problems: ["ROBOFLOW_WORKSPACE: <secret> is the API key; give the workspace's slug, as in app.roboflow.com/<slug>"],
  },
  {
    name: "mistakes everywhere, in the order of the docs",
    yaml: "limits: {series: 0}\napi: {retries: 11, url: x}\nnonsense: 1",
    env: { WINDOWS: "x", ROBOFLOW_WORKSPACE: "-" },
    flags: { logLevel: "x", maxRequests: "x" },
    problems: [
      "nonsense: is not a known key; valid names: api, poll, calendar, windows, people, metrics, limits, workspaces",
      '--web.max-requests: "x" is not an integer from 1 to 10000; use one in that range',
      '--log.level: "x" is not one of debug, info, warn, error; use one of them',
      "ROBOFLOW_API_KEY: is not set; set it or ROBOFLOW_API_KEY_FILE, give workspaces[0].api_key_file in the configuration file, or try without a key: roboflow-exporter demo",
      'ROBOFLOW_WORKSPACE: "-" is not a workspace\'s slug (letters, digits, - and _); copy it from app.roboflow.com/<slug>',
      'WINDOWS[0]: "x" is not a window; use today, <N>d (1d to 3660d), week, month or all',
      'api.url: "x" is not a URL; write it like https://api.roboflow.com',
      "api.retries: 11 is not an integer from 0 to 10; use one in that range",
      "limits.series: 0 is not an integer from 1 to 1000000; use one in that range",
    ],
  },
];

test.each(CASES)("refuses $name", ({ problems, ...given }) => {
  expect(problemsOf(given)).toEqual(problems);
  expect(problemsOf(given).join()).not.toContain(KEY);
});
