import { keepsUtc } from "../calendar/zones.ts";
import { ConfigError } from "../errors.ts";
import { hint } from "../nearest.ts";
import { createRedactor } from "../redact.ts";
import type { ReadFile } from "../text-file.ts";
import type { Config, PeopleConfig, WorkspaceConfig } from "./config.ts";
import { type Draft, type Env, type Flags, LOST, readConfigFile, readEnv, readFlags } from "./inputs.ts";
import { FLAG_KEYS, KEY_ORDER, VARIABLES } from "./keys.ts";
import { keyText, messagesOf, MIN_SECRET, type Path, type Problem, type Report } from "./messages.ts";
import { ONE, readHmacKeyFile } from "./secrets.ts";
import { DEFAULTS, type Known } from "./settings.ts";
import { resolveRequests, resolveShard } from "./shared.ts";
import { defaultsOf, namesOf, PREFIX } from "./table.ts";
import { resolveWorkspaces } from "./workspaces.ts";

/** Where the configuration comes from, and what the other folders know. */
export interface ConfigInputs extends Known {
  readonly env: Env;
  readonly flags: Flags;
  readonly readFile: ReadFile;
}

const HMAC_KEY_FILE: Path = ["people", "hmac_key_file"];
const TEAMS: Path = ["people", "teams"];
const MAX_TEAM_NAME = 128;

function hmacKey({ file, readFile, report }: Draft): string | undefined {
  const path = file.data.people?.hmac_key_file;
  if (path === undefined) {
    if (!file.isFlawed(HMAC_KEY_FILE))
      report(HMAC_KEY_FILE, "is missing; identity: hmac needs a file with the key of the hashes");
    return undefined;
  }
  const key = readHmacKeyFile(path, readFile);
  if (key.ok) return key.value;
  report(HMAC_KEY_FILE, `${file.shown(HMAC_KEY_FILE)} ${key.problem}`);
  return undefined;
}

/** Names and addresses next to hashed ids would undo the hashing. */
function reportOpenNames({ file, report }: Draft): void {
  for (const key of ["names", "email"] as const) {
    if (file.data.people?.[key] !== true) continue;
    report(
      ["people", key],
      "true cannot be combined with identity: hmac, which hides people; remove it or use identity: id",
    );
  }
}

/** What is wrong with the name of a team; undefined when nothing is. */
function nameProblem(team: string): string | undefined {
  if (team === "") return "is a team without a name; give it one";
  if (team.trim() !== team) return "is a team with white space around its name; remove it";
  return team.length > MAX_TEAM_NAME
    ? `is longer than ${MAX_TEAM_NAME} characters; use a shorter name for the team`
    : undefined;
}

/**
 * The team of each labeler, by the labeler's id.
 * @param shown how messages show what stands at a path
 */
function resolveTeams(
  given: Readonly<Record<string, readonly string[]>>,
  shown: (path: Path) => string,
  report: Report,
): ReadonlyMap<string, string> {
  const places = new Map<string, readonly [team: string, path: Path]>();
  for (const [team, ids] of Object.entries(given)) {
    const problem = nameProblem(team);
    if (problem !== undefined) report([...TEAMS, team], problem);
    for (const [index, id] of ids.entries()) {
      const [path, other] = [[...TEAMS, team, index], places.get(id)];
      if (other)
        report(path, `${shown(path)} stands at ${keyText(other[1])} too; a labeler has one team, remove one of them`);
      else places.set(id, [team, path]);
    }
  }
  return new Map([...places].map(([id, [team]]) => [id, team]));
}

/** How people appear, for every workspace. */
function resolvePeople(draft: Draft): PeopleConfig {
  const { file, report } = draft;
  const given = { ...DEFAULTS.people, ...file.data.people };
  const isHmac = given.identity === "hmac";
  if (isHmac) reportOpenNames(draft);
  if (!isHmac && given.hmac_key_file !== undefined && !file.isFlawed(["people", "identity"]))
    report(HMAC_KEY_FILE, `${file.shown(HMAC_KEY_FILE)} is only for identity: hmac; remove it or set identity: hmac`);
  return {
    hmacKey: isHmac ? hmacKey(draft) : undefined,
    names: given.names ?? !isHmac,
    email: given.email,
    system: given.system,
    teams: resolveTeams(given.teams ?? {}, file.shown, report),
  };
}

/** The values of flags that are not given. */
const FLAG_DEFAULTS = FLAG_KEYS.required({
  listenAddresses: true,
  telemetryPath: true,
  maxRequests: true,
  enableLifecycle: true,
  logLevel: true,
  logFormat: true,
}).parse(defaultsOf(FLAG_KEYS));

function resolveFlags({ listenAddresses = [], ...flags }: ReturnType<typeof readFlags>["data"]) {
  const given = { ...FLAG_DEFAULTS, ...flags };
  const { telemetryPath, maxRequests, enableLifecycle: isLifecycleEnabled } = given;
  const web = { telemetryPath, maxRequests, isLifecycleEnabled, configFile: flags.webConfigFile };
  return {
    web: { ...web, listenAddresses: listenAddresses.length > 0 ? listenAddresses : FLAG_DEFAULTS.listenAddresses },
    storage: { path: flags.storagePath },
    log: { level: given.logLevel, format: given.logFormat },
  };
}

/** Several workspaces need names that differ. */
function reportNames({ file, variables, report }: Draft): void {
  const workspaces = file.data.workspaces ?? [];
  if (workspaces.length < 2) return;
  const seen = new Set<string>();
  for (const [index, { name: written }] of workspaces.entries()) {
    const name = written?.toLowerCase();
    const path = ["workspaces", index, "name"];
    if (name === undefined) {
      if (!file.isFlawed(path)) report(path, "is missing; with several workspaces, each needs a name");
    } else if (seen.has(name)) {
      report(path, `${file.shown(path)} is given twice; remove one of the workspaces`);
    } else seen.add(name);
  }
  if (variables.data.workspaces?.[0]?.name === undefined) return;
  const path = [...ONE, "name"];
  report(variables.nameOf(path), `${variables.shown(path)} is ambiguous with several workspaces in the file; unset it`);
}

/** Every secret that is known, used or not. */
function secretsIn({ env, file }: Draft, { people, workspaces }: Pick<Config, "people" | "workspaces">): string[] {
  const written = (file.data.workspaces ?? []).map(({ api_key }) => api_key);
  const used = workspaces.map(({ apiKey }) => apiKey);
  const secrets = [env["ROBOFLOW_API_KEY"], people.hmacKey, ...written, ...used];
  return (
    secrets
      .flatMap((secret) => secret?.trim() ?? [])
      // A shorter text is not a key, and the name of a key in the key's place stands in every message about it.
      .filter((secret) => secret.length >= MIN_SECRET && !KEY_ORDER.includes(secret))
  );
}

/**
 * Roboflow's help page on Annotation Insights: every statistic counts on the UTC date of the action, and a range of dates
 * holds whole UTC days, for the dashboard and for the HTTP API.
 */
function zoneWarnings(workspaces: readonly WorkspaceConfig[]): string[] {
  const zones = new Set(workspaces.map(({ poll }) => poll.timezone));
  return [...zones]
    .filter((zone) => !keepsUtc(zone))
    .map(
      (zone) =>
        `poll.timezone: ${JSON.stringify(zone)} shifts the days: Roboflow counts work on UTC days, so for some hours "today" is yesterday's or tomorrow's work; remove it to use UTC`,
    );
}

/** Set by the image, and by Kubernetes in every container if a service has the exporter's name. */
const OTHER_VARIABLES = /^ROBOFLOW_EXPORTER_(?:REVISION|SERVICE_(?:HOST|PORT\w*)|PORT(?:_\d+_\w+)?)$/;

/** Variables that look like ours but are not. Their values may be secrets and are not shown. */
function variableWarnings({ env, file }: Draft): string[] {
  const known = VARIABLES.flatMap(namesOf).filter((name) => name.startsWith(PREFIX));
  const named = (file.data.workspaces ?? []).map(({ api_key_env }) => api_key_env);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !OTHER_VARIABLES.test(name))
    .filter((name) => ![...known, ...named].includes(name))
    .map((name) => `${name}: is not a known variable and has no effect; ${hint(name, known, "docs/configuration.md")}`);
}

/** The configuration, and what was written where. */
export interface LoadedConfig extends Pick<Draft, "file" | "variables"> {
  readonly config: Config;
  readonly flags: ReturnType<typeof readFlags>;
}

/**
 * Reads the configuration from flags, environment and file, in this order of precedence, and fills in the defaults.
 * @throws ConfigError with every problem found, in the order in which the docs list the keys.
 */
export function readAll(inputs: ConfigInputs): LoadedConfig {
  const problems: Problem[] = [];
  const report: Report = (path, text, isCause = false) => problems.push({ path, text, isCause });
  const flags = readFlags(inputs.flags, inputs.env, report);
  const variables = readEnv(inputs.env, inputs, report);
  const file = flags.isFlawed(["configFile"]) ? LOST : readConfigFile(flags.data.configFile, inputs, report);
  const draft: Draft = { file, variables, env: inputs.env, readFile: inputs.readFile, report };
  reportNames(draft);
  const [people, workspaces] = [resolvePeople(draft), resolveWorkspaces(draft)];
  const shard = resolveShard(flags, report);
  const unknown = variableWarnings(draft);
  if (problems.length > 0) {
    // A mistyped variable may be the cause.
    const messages = [...unknown, ...messagesOf(problems, KEY_ORDER)];
    throw new ConfigError(messages.map(createRedactor(secretsIn(draft, { people, workspaces }))));
  }
  const warnings = [...zoneWarnings(workspaces), ...unknown];
  return {
    config: {
      ...resolveFlags(flags.data),
      ...{ people, workspaces, shard, warnings },
      requests: resolveRequests(draft, workspaces.length),
      isDemo: false,
    },
    flags,
    variables,
    file,
  };
}

/**
 * Reads the configuration as {@link readAll} does.
 * @throws ConfigError
 */
export function loadConfig(inputs: ConfigInputs): Config {
  return readAll(inputs).config;
}
