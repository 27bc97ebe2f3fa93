import { z } from "zod";
import { LOG_FORMATS, LOG_LEVELS } from "./config.ts";
import { CONTENTS } from "./contents.ts";
import { showPath, showSecret, showVariable } from "./messages.ts";
import { DEFAULT_WINDOWS, type Known, NOTHING_KNOWN, people, REQUESTS, settings } from "./settings.ts";
import { MAX_SHARDS } from "./shards.ts";
import { isOfWorkspace, key, namesOf, type Row, rowsOf, variablesOf } from "./table.ts";
import * as value from "./values.ts";

/** The keys that are flags of the command line. */
export const FLAG_KEYS = value.mapping({
  configFile: key(value.text("path"), {
    flag: ["--config.file", "path"],
    otherwise: "none",
    example: "/etc/roboflow-exporter.yml",
    note: "The configuration file, in YAML",
    show: showPath,
  }),
  listenAddresses: key(value.listenAddresses(), {
    flag: ["--web.listen-address", "address"],
    default: [":17626"],
    note: "Where to listen; may be given several times",
  }),
  telemetryPath: key(value.telemetryPath(), {
    flag: ["--web.telemetry-path", "path"],
    default: "/metrics",
    note: "Path of the metrics",
  }),
  maxRequests: key(value.integer(1, 10_000), {
    flag: ["--web.max-requests", "number"],
    default: 40,
    note: "Maximum number of scrapes served at once, three quarters of them to one address; others get 503",
  }),
  webConfigFile: key(value.text("path"), {
    flag: ["--web.config.file", "path"],
    otherwise: "none",
    example: "/etc/roboflow-exporter/web.yml",
    note: "File with TLS, users, headers and a rate limit, in exporter-toolkit's format: `docs/web-configuration.md`",
    show: showPath,
  }),
  enableLifecycle: key(value.yesOrNo(), {
    flag: ["--web.enable-lifecycle"],
    default: false,
    note: "Read the configuration again at `POST /-/reload`: `docs/reload.md`",
  }),
  storagePath: key(value.text("path"), {
    flag: ["--storage.path", "path"],
    otherwise: "none",
    example: "/var/lib/roboflow-exporter",
    note: "Directory that keeps the last good poll, so that a restart shows no gap",
  }),
  shard: key(value.shard(), {
    flag: ["--shard", "I/N"],
    env: "ROBOFLOW_SHARD",
    otherwise: "all workspaces",
    example: "auto/3",
    note: "Poll one of N parts of the workspaces, counted from 0; `auto` takes I from the end of the pod's name: `docs/scaling.md`",
  }),
  shards: key(value.integer(1, MAX_SHARDS), {
    flag: ["--shards", "number"],
    env: "ROBOFLOW_SHARDS",
    otherwise: "none",
    example: 3,
    note: "The number of shards where `--shard` has none; alone it means `--shard=auto`",
  }),
  logLevel: key(value.oneOf(LOG_LEVELS), {
    flag: ["--log.level", "level"],
    default: "info",
    note: "Minimum log level",
  }),
  logFormat: key(value.oneOf(LOG_FORMATS), {
    flag: ["--log.format", "format"],
    default: "json",
    note: "One JSON object per line, or text for people",
  }),
});

function overridden(name: string) {
  return { otherwise: "none", note: `Overrides the top-level \`${name}\`, key by key` };
}

function overrides(known: Known) {
  const groups = settings(known);
  return {
    api: key(groups.api, overridden("api")),
    poll: key(groups.poll, overridden("poll")),
    calendar: key(groups.calendar, overridden("calendar")),
    windows: key(groups.windows, {
      otherwise: "the top-level list",
      example: ["today", "week", "month"],
      note: "Replaces the top-level `windows`",
    }),
    metrics: key(groups.metrics, overridden("metrics")),
    limits: key(groups.limits, overridden("limits")),
  };
}

/** How a workspace is reached. */
const ACCESS = {
  name: key(value.slug(), {
    otherwise: "asked of the API",
    example: "acme-vision",
    env: "ROBOFLOW_WORKSPACE",
    note: "The workspace's slug, from its URL; required when there are several workspaces",
  }),
  api_key_file: key(value.text("path"), {
    example: "/run/secrets/roboflow-key",
    env: "ROBOFLOW_API_KEY_FILE",
    note: "File with the API key. A workspace has exactly one of `api_key_file`, `api_key_env` and `api_key`",
    show: showPath,
  }),
  api_key_env: key(value.text("name of a variable"), {
    example: "ACME_KEY",
    note: "Name of an environment variable with the API key",
    show: showVariable,
  }),
  api_key: key(value.text("text"), {
    example: "AbCdEf0123456789",
    env: "ROBOFLOW_API_KEY",
    note: "The API key. A file is safer",
    show: showSecret,
  }),
};

function workspace(known: Known) {
  return value.mapping({ ...ACCESS, ...CONTENTS, ...overrides(known) });
}

/** The keys of the configuration file. */
export function fileKeys(known: Known) {
  const groups = settings(known);
  const error = "is not a list; write each workspace below it, after a dash";
  return value.mapping({
    api: key(value.mapping({ ...groups.api.shape, ...REQUESTS }), { note: "How the API is called" }),
    poll: key(groups.poll, { note: "When the API is polled, and how long its data is shown" }),
    calendar: key(groups.calendar, {
      otherwise: "none",
      note: "Working time, for alerts about the amount of work; without it, no working time is published",
    }),
    windows: key(groups.windows, {
      default: DEFAULT_WINDOWS,
      example: ["today", "week", "month"],
      env: "WINDOWS",
      note: "Ranges of days to ask for, 1 to 10 of them: `today`, `<N>d`, `week`, `month` or `all`",
    }),
    people: key(people(), { note: "How people appear; holds for every workspace" }),
    metrics: key(groups.metrics, { note: "What is published" }),
    limits: key(groups.limits, { note: "How much is published" }),
    workspaces: key(z.array(workspace(known), { error }).describe("list of mappings"), {
      otherwise: "one workspace, from the environment",
      note: "Workspaces to poll; each may override `api`, `poll`, `calendar`, `windows`, `metrics` and `limits`",
    }),
  });
}

/** The file as read. */
export type FileSettings = z.output<ReturnType<typeof fileKeys>>;

/** A workspace of the file as read. */
export type FileWorkspace = NonNullable<FileSettings["workspaces"]>[number];

/** Every flag that the configuration reads. */
export const FLAGS: readonly Row[] = rowsOf(FLAG_KEYS);

/** Every key of the file, and those that hold other keys. They do not depend on what other folders know. */
export const FILE_KEYS: readonly Row[] = rowsOf(fileKeys(NOTHING_KNOWN));

const PATHS = new Set(FILE_KEYS.map(({ path }) => path));

/** Whether a key of a workspace stands at the top level as well, where the docs describe it. */
export function isOverride({ path }: Row): boolean {
  const [, inWorkspace = ""] = /^workspaces\[\]\.(\w+\..+)$/.exec(path) ?? [];
  return PATHS.has(inWorkspace);
}

/** The environment variables that replace keys of the file: first those of the one workspace, of which the key is the first. */
export const FILE_VARIABLES: readonly Row[] = [
  ...variablesOf(FILE_KEYS.filter((row) => isOfWorkspace(row) && !isOverride(row))).toReversed(),
  ...variablesOf(FILE_KEYS.filter((row) => !isOfWorkspace(row))),
];

/** Those that stand for a flag. */
export const FLAG_VARIABLES: readonly Row[] = variablesOf(FLAGS);

/** Every environment variable. */
export const VARIABLES: readonly Row[] = [...FILE_VARIABLES, ...FLAG_VARIABLES];

const ALL_KEYS: ReadonlyMap<string, Row> = new Map([
  ...FLAGS.map((row) => [row.name, row] as const),
  ...VARIABLES.flatMap((row) => namesOf(row).map((name) => [name, row] as const)),
  ...FILE_KEYS.map((row) => [row.path, row] as const),
]);

/** The names of all keys in the order of the docs, which is the order of messages. */
export const KEY_ORDER: readonly string[] = [...ALL_KEYS.keys()];

/** A key by its name, for a key of the file with `[]` for each index. */
export function rowOf(name: string): Row | undefined {
  return ALL_KEYS.get(name);
}

/** Names of the keys that may stand in a mapping of the file; the empty path is the file itself. */
export function knownKeysIn(path: string): string[] {
  const prefix = path === "" ? "" : `${path}.`;
  return FILE_KEYS.map((row) => row.path)
    .filter((known) => known.startsWith(prefix))
    .map((known) => known.slice(prefix.length))
    .filter((name) => !/[.[]/.test(name));
}
