import type { Config, WorkspaceConfig } from "../config/config.ts";
import { ConfigError } from "../errors.ts";
import { chosenWorkspaces, nameOf } from "./configured.ts";
import type { Options } from "./options.ts";

/**
 * The one workspace a command is about: that of `--workspace`, or the only one.
 * @throws ConfigError when there are several to choose from, or none of that name
 */
export function oneWorkspace(config: Config, options: Options): WorkspaceConfig {
  const [workspace, ...others] = chosenWorkspaces(config, options);
  if (workspace && others.length === 0) return workspace;
  const names = config.workspaces.map(nameOf).join(", ");
  throw new ConfigError([`--workspace: is not given, and there are several; choose one of ${names}`]);
}
