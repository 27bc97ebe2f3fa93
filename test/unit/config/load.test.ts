import fc from "fast-check";
import { expect, test } from "vitest";
import type { Config } from "../../../src/config/config.ts";
import { FILE_KEYS, VARIABLES } from "../../../src/config/keys.ts";
import { namesOf } from "../../../src/config/table.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { exampleText } from "../../../src/config/table.ts";
import { type Case, HMAC_KEY, KEY, problemsOf, sourcesOf } from "../../support/configurations.ts";

function load(given: Case): Config {
  return loadConfig(sourcesOf(given));
}

/** The first workspace with its windows by name. */
function first(given: Case) {
  const workspace = load(given).workspaces[0];
  return { ...workspace, windows: workspace?.windows.map(({ name }) => name) };
}

const DEFAULT_WORKSPACE = {
  name: undefined,
  apiKey: KEY,
  projects: [],
  labelers: [],
  totals: [],
  legacy: false,
  backlog: undefined,
  deadlines: new Map(),
  approvalTarget: { default: undefined, projects: new Map() },
  api: {
    url: "https://api.roboflow.com",
    auth: "query",
    endDate: "inclusive",
    isQuoted: true,
    timeoutMs: 60_000,
    retries: 3,
    maxResponseBytes: 33_554_432,
  },
  poll: {
    schedule: { kind: "interval", seconds: 900 },
    timezone: "UTC",
    jitterMs: undefined,
    stagger: false,
    startupSpreadMs: 0,
    concurrency: 2,
    staleAfterMs: undefined,
    legacyIntervalSeconds: 3600,
  },
  windows: ["today", "7d", "14d", "28d", "all"],
  exclude: [],
  seriesLimit: 50_000,
};

test("needs no more than a key", () => {
  expect(first({})).toEqual(DEFAULT_WORKSPACE);
  const { web, storage, log, people } = load({});
  expect({ web, storage, log, people }).toEqual({
    web: {
      listenAddresses: [{ host: undefined, port: 17626 }],
      telemetryPath: "/metrics",
      maxRequests: 40,
      isLifecycleEnabled: false,
    },
    storage: { path: undefined },
    log: { level: "info", format: "json" },
    people: {
      hmacKey: undefined,
      names: true,
      email: false,
      system: ["autolabelservice", "Auto Label"],
      teams: new Map(),
    },
  });
});

test.each([
  ["an empty file", ""],
  ["a file of comments", "# nothing yet\n"],
  ["an empty list of workspaces", "workspaces: []"],
])("takes %s as all defaults", (_, yaml) => {
  expect(first({ yaml })).toEqual(DEFAULT_WORKSPACE);
});

test("takes flags", () => {
  const { web, storage, log } = load({
    flags: {
      listenAddresses: [":0", "localhost:9000", "[::1]:9000"],
      telemetryPath: "/my/metrics",
      maxRequests: "7",
      enableLifecycle: true,
      storagePath: "/var/lib/cache",
      logLevel: "debug",
      logFormat: "pretty",
    },
  });
  expect({ web, storage, log }).toEqual({
    storage: { path: "/var/lib/cache" },
    web: {
      listenAddresses: [
        { host: undefined, port: 0 },
        { host: "localhost", port: 9000 },
        { host: "::1", port: 9000 },
      ],
      telemetryPath: "/my/metrics",
      maxRequests: 7,
      isLifecycleEnabled: true,
    },
    log: { level: "debug", format: "pretty" },
  });
});

test("takes everything from the environment", () => {
  const env = {
    ROBOFLOW_API_KEY_FILE: "/key",
    ROBOFLOW_WORKSPACE: "acme",
    ROBOFLOW_API_URL: "https://api.roboflow.eu/",
    POLL_INTERVAL: "1h",
    WINDOWS: "today, week",
    UNRELATED: "",
  };
  expect(first({ env })).toEqual({
    ...DEFAULT_WORKSPACE,
    name: "acme",
    apiKeyFile: "/key",
    api: { ...DEFAULT_WORKSPACE.api, url: "https://api.roboflow.eu" },
    poll: { ...DEFAULT_WORKSPACE.poll, schedule: { kind: "interval", seconds: 3600 } },
    windows: ["today", "week"],
  });
});

const FILE = `
api: {url: "http://top:1/base/", auth: bearer, retries: 1}
poll: {interval: 30m, timezone: Europe/Berlin, jitter: 1500ms, stale_after: 2h, legacy_interval: 2h}
windows: [month]
metrics: {exclude: [roboflow_boxes_drawn]}
limits: {series: 10, labelers: 5}
people: {identity: hmac, hmac_key_file: /hmac, names: false, system: []}
workspaces:
  - name: Acme_1
    api_key: from-the-file
    labelers: [l1]
    totals: [labeler]
    approval_target: {default: 0.9, my project: 1}
    api: {url: "http://own:2", end_date: exclusive, timeout: 5s, max_response_bytes: 10MB}
    poll: {schedule: "0 */2 * * *", concurrency: 1, stagger: true, startup_spread: 1m}
    windows: [3d]
    metrics: {exclude: []}
    limits: {series: 20}
`;

const FROM_FILE = {
  name: "Acme_1",
  apiKey: "from-the-file",
  projects: [],
  labelers: ["l1"],
  totals: ["labeler"],
  legacy: false,
  backlog: undefined,
  deadlines: new Map(),
  approvalTarget: { default: 0.9, projects: new Map([["my project", 1]]) },
  api: {
    url: "http://own:2",
    auth: "bearer",
    endDate: "exclusive",
    isQuoted: false,
    timeoutMs: 5000,
    retries: 1,
    maxResponseBytes: 10_000_000,
  },
  poll: {
    schedule: { kind: "cron", expression: "0 */2 * * *" },
    timezone: "Europe/Berlin",
    jitterMs: 1500,
    stagger: true,
    startupSpreadMs: 0,
    concurrency: 1,
    staleAfterMs: 7_200_000,
    legacyIntervalSeconds: 7200,
  },
  windows: ["3d"],
  exclude: [],
  seriesLimit: 20,
  labelersLimit: 5,
};

test("lets a workspace override the top level key by key", () => {
  expect(first({ yaml: FILE, env: {} })).toEqual(FROM_FILE);
  const people = { hmacKey: HMAC_KEY, names: false, email: false, system: [], teams: new Map() };
  expect(load({ yaml: FILE, env: {} }).people).toEqual(people);
});

test("lets the environment override the file, workspaces too", () => {
  const env = {
    ROBOFLOW_API_KEY: KEY,
    ROBOFLOW_WORKSPACE: "other",
    ROBOFLOW_API_URL: "http://env:3",
    POLL_INTERVAL: "5m",
    WINDOWS: "all",
  };
  expect(first({ yaml: FILE, env })).toEqual({
    ...FROM_FILE,
    name: "other",
    apiKey: KEY,
    api: { ...FROM_FILE.api, url: "http://env:3" },
    poll: { ...FROM_FILE.poll, schedule: { kind: "interval", seconds: 300 } },
    windows: ["all"],
  });
});

test.each([
  ["POLL_SCHEDULE over poll.interval", { POLL_SCHEDULE: "1 2 * * *" }, "poll: {interval: 1h}"],
  [
    "a workspace's schedule over the interval",
    {},
    'poll: {interval: 1h}\nworkspaces: [{poll: {schedule: "1 2 * * *"}}]',
  ],
])("prefers %s", (_, env, yaml) => {
  const { poll } = first({ yaml, env: { ...env, ROBOFLOW_API_KEY: KEY } });
  expect(poll?.schedule).toEqual({ kind: "cron", expression: "1 2 * * *" });
});

test("lets a workspace's interval replace the schedule of the top level", () => {
  const { poll } = first({ yaml: 'poll: {schedule: "1 2 * * *"}\nworkspaces: [{poll: {interval: 7m12s}}]' });
  expect(poll?.schedule).toEqual({ kind: "interval", seconds: 432 });
});

test("polls the legacy endpoint where a workspace asks for it, at its own interval or the top level's", () => {
  const yaml = `poll: {legacy_interval: 2h}
workspaces:
  - {name: a, api_key: key-of-one, legacy: true}
  - {name: b, api_key: key-of-one, legacy: true, poll: {legacy_interval: 20m}}
  - {name: c, api_key: key-of-one, legacy: false}
  - {name: d, api_key: key-of-one}`;
  const polled = load({ yaml }).workspaces.map(({ legacy, poll }) => [legacy, poll.legacyIntervalSeconds]);
  expect(polled).toEqual([
    [true, 7200],
    [true, 1200],
    [false, 7200],
    [false, 7200],
  ]);
});

test("measures the jitter against the interval it goes with", () => {
  const yaml = "poll: {jitter: 20m}\nworkspaces: [{poll: {interval: 1h}}]";
  expect(first({ yaml }).poll?.jitterMs).toBe(1_200_000);
});

test("ignores the environment's key when there are several workspaces, unless it is named", () => {
  const yaml =
    "workspaces: [{name: a, api_key_env: ROBOFLOW_API_KEY}, {name: b, api_key_file: /key}, {name: c, api_key: key-of-3-}]";
  const keys = load({ yaml, env: { ROBOFLOW_API_KEY: "key-of-1-" } }).workspaces.map(({ apiKey }) => apiKey);
  expect(keys).toEqual(["key-of-1-", KEY, "key-of-3-"]);
});

test("takes one number as the target of every project", () => {
  const { approvalTarget } = first({ yaml: "workspaces: [{approval_target: 0.95}]" });
  expect(approvalTarget).toEqual({ default: 0.95, projects: new Map() });
});

/** The key comes from elsewhere, so that each variable can be set or not. */
function withVariable(variables: Readonly<Record<string, string>>): string {
  const { workspaces, ...config } = load({ env: { ROBOFLOW_API_KEY: KEY, ...variables } });
  return JSON.stringify({ ...config, workspaces });
}

const SETTING_VARIABLES = VARIABLES.filter(({ name }) => !name.startsWith("ROBOFLOW_API_KEY"));

test.each(SETTING_VARIABLES)("the variable $name has an effect, under each of its names", (row) => {
  const value = exampleText(row);
  const configs = namesOf(row).map((name) => withVariable({ [name]: value }));
  expect(new Set(configs).size).toBe(1);
  expect(configs).not.toContain(withVariable({}));
});

test("warns of variables that look like the exporter's, without their values", () => {
  const env = { ROBOFLOW_API_KEY: KEY, ROBOFLOW_POLL_INTERVALL: "5m", ROBOFLOW_PASSWORD: "s3cret" };
  expect(load({ env }).warnings).toEqual([
    'ROBOFLOW_POLL_INTERVALL: is not a known variable and has no effect; did you mean "ROBOFLOW_POLL_INTERVAL"?',
    expect.stringMatching(
      /^ROBOFLOW_PASSWORD: is not a known variable and has no effect; valid names: ROBOFLOW_API_KEY, /,
    ),
  ]);
});

test("does not warn of variables that Kubernetes, the image or the file account for", () => {
  const env = {
    ROBOFLOW_EXPORTER_REVISION: "abc",
    ROBOFLOW_EXPORTER_SERVICE_HOST: "10.0.0.1",
    ROBOFLOW_EXPORTER_SERVICE_PORT_HTTP: "17626",
    ROBOFLOW_EXPORTER_PORT: "tcp://10.0.0.1:17626",
    ROBOFLOW_EXPORTER_PORT_17626_TCP_ADDR: "10.0.0.1",
    ROBOFLOW_KEY_OF_ACME: KEY,
    UNRELATED: "1",
  };
  expect(load({ env, yaml: "workspaces: [{api_key_env: ROBOFLOW_KEY_OF_ACME}]" }).warnings).toEqual([]);
});

test("names a mistyped variable before what may follow from it", () => {
  expect(problemsOf({ env: { ROBOFLOW_API_KYE: KEY } })).toEqual([
    'ROBOFLOW_API_KYE: is not a known variable and has no effect; did you mean "ROBOFLOW_API_KEY"?',
    expect.stringMatching(/^ROBOFLOW_API_KEY: is not set; /),
  ]);
});

const NAMES = [...new Set(FILE_KEYS.flatMap(({ path }) => path.split(/[.[\]]+/)))].filter((name) => name !== "");

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.oneof(fc.constantFrom(null, true, "15m", "hmac", "a", "id", "/key", 1, 95, KEY), fc.string()),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, fc.string()), tie("tree"), {
      maxKeys: 5,
    }),
  ),
}));

test("any file either loads or is refused with problems, and the key is in none of them", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...NAMES), tree, { maxKeys: 5 }), (document) => {
      expect(problemsOf({ yaml: JSON.stringify(document) }).join()).not.toContain(KEY);
    }),
    { numRuns: 300 },
  );
});
