import type { Config, WorkspaceConfig } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { DATA_METRICS } from "../exposition/catalogue.ts";
import { isCronExpression } from "../poller/timetable.ts";
import { createRedactor } from "../redact.ts";
import type { Host } from "./host.ts";
import { type Options, flagsFrom } from "./options.ts";

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

/** Every secret of the configuration: nothing that is written may hold one of them. */
export function secretsOf({ workspaces, people }: Config): string[] {
  return [...workspaces.map(({ apiKey }) => apiKey), people.hmacKey ?? ""];
}
