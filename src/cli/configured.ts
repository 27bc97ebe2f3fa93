import type { Config, WorkspaceConfig } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { showValue } from "../config/messages.ts";
import { ConfigError } from "../errors.ts";
import { DATA_METRICS } from "../exposition/catalogue.ts";
import { isCronExpression } from "../poller/timetable.ts";
import { createRedactor } from "../redact.ts";
import type { Host } from "./host.ts";
import { type Options, flagsFrom, textOption } from "./options.ts";

/**
 * The configuration that the exporter would run on.
 * @throws ConfigError
 */
export function readConfig(options: Options, { env, readFile, hideInCrash }: Host): Config {
  const knownMetrics = DATA_METRICS.map(({ name }) => name);
  const config = loadConfig({ env, readFile, flags: flagsFrom(options), isCronExpression, knownMetrics });
  hideInCrash(createRedactor(secretsOf(config)));
  return config;
}

/** A workspace as people call it, before the API has told its name. */
export function nameOf({ name }: WorkspaceConfig): string {
  return name ?? "the API key's own workspace";
}

/**
 * The workspaces a command is about: all, or the one of `--workspace`.
 * @throws ConfigError when there is none of that name
 */
export function chosenWorkspaces(config: Config, options: Options): readonly WorkspaceConfig[] {
  const { workspaces } = config;
  const wanted = textOption(options, "workspace");
  const chosen = workspaces.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length > 0) return chosen;
  const known = workspaces.map(nameOf).join(", ");
  // It may be the key, given in the wrong place.
  const shown = createRedactor(secretsOf(config))(showValue(wanted));
  throw new ConfigError([`--workspace: ${shown} is not in the configuration; it has ${known}`]);
}

/** Every secret of the configuration: nothing that is written may hold one of them. */
export function secretsOf({ workspaces, people }: Config): string[] {
  return [...workspaces.map(({ apiKey }) => apiKey), people.hmacKey ?? ""];
}
