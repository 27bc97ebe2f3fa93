import type { Config, WorkspaceConfig } from "../config/config.ts";
import { hint, showValue } from "../config/messages.ts";
import { ConfigError } from "../errors.ts";
import { createRedactor } from "../redact.ts";
import { nameOf, secretsOf } from "./configured.ts";

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
