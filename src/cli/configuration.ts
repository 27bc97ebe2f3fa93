import type { Config, WorkspaceConfig } from "../config/config.ts";
import { type LoadedConfig, readAll } from "../config/load.ts";
import { showValue } from "../config/messages.ts";
import { ConfigError } from "../errors.ts";
import { DATA_METRICS } from "../exposition/catalogue.ts";
import { hint } from "../nearest.ts";
import { isCronExpression } from "../poller/timetable.ts";
import { createRedactor } from "../redact.ts";
import type { ReadFile } from "../text-file.ts";
import type { Host } from "./host.ts";
import { type Options, flagsFrom } from "./options.ts";

/** Reads the configuration from everywhere. */
function readWith(readFile: ReadFile, options: Options, env: Host["env"]): LoadedConfig {
  const knownMetrics = DATA_METRICS.map(({ name }) => name);
  return readAll({ env, readFile, flags: flagsFrom(options), isCronExpression, knownMetrics });
}

/**
 * The configuration of a running exporter, read once more.
 * @throws ConfigError
 */
export function reloadConfiguration(
  options: Options,
  { env, readAgain }: Pick<Host, "env" | "readAgain">,
): LoadedConfig {
  return readWith(readAgain, options, env);
}

/**
 * The configuration that the exporter would run on, and where its values come from.
 * @throws ConfigError
 */
export function loadConfiguration(options: Options, { env, readFile, hideInCrash }: Host): LoadedConfig {
  const loaded = readWith(readFile, options, env);
  hideInCrash(createRedactor(secretsOf(loaded.config)));
  return loaded;
}

/** Writes what is valid in the configuration, but looks like a mistake. */
export function writeWarnings({ warnings }: Config, { stderr }: Pick<Host, "stderr">): void {
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
}

/**
 * The configuration for a command that has no log: its warnings go to standard error.
 * @throws ConfigError
 */
export function readConfig(options: Options, host: Host): Config {
  const { config } = loadConfiguration(options, host);
  writeWarnings(config, host);
  return config;
}

/** The name of a workspace for people, also before the API has given it. */
export function nameOf({ name }: WorkspaceConfig): string {
  return name ?? "the API key's own workspace";
}

/** Every secret of the configuration: nothing that is written may hold one of them. */
export function secretsOf({ workspaces, people }: Config): string[] {
  return [...workspaces.map(({ apiKey }) => apiKey), people.hmacKey ?? ""];
}

/**
 * The workspaces a command is about: all, or the one that is wanted.
 * @throws ConfigError when there is none of that name
 */
export function chosenWorkspaces(config: Config, wanted: string | undefined): readonly WorkspaceConfig[] {
  const { workspaces } = config;
  const chosen = workspaces.filter(({ name }) => wanted === undefined || name === wanted);
  if (wanted === undefined || chosen.length > 0) return chosen;
  // It may be the key, given in the wrong place.
  const shown = createRedactor(secretsOf(config))(showValue(wanted));
  const remedy = hint(wanted, workspaces.map(nameOf), "--config.file");
  throw new ConfigError([`--workspace: ${shown} is not in the configuration; ${remedy}`]);
}

/**
 * The one workspace a command is about: the one that is wanted, or the only one.
 * @throws ConfigError when there are several to choose from, or none of that name
 */
export function oneWorkspace(config: Config, wanted: string | undefined): WorkspaceConfig {
  const [workspace, ...others] = chosenWorkspaces(config, wanted);
  if (workspace && others.length === 0) return workspace;
  const names = config.workspaces.map(nameOf).join(", ");
  throw new ConfigError([`--workspace: is not given, and there are several; choose one of ${names}`]);
}
