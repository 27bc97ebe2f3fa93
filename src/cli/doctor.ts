import type { Config, WorkspaceConfig } from "../config/config.ts";
import { examineAll, maxRequests } from "../doctor/examine.ts";
import { exitCodeOf, renderJson, renderTable } from "../doctor/report.ts";
import { REGIONS } from "../doctor/test-key.ts";
import { ConfigError } from "../errors.ts";
import { createRedactor } from "../redact.ts";
import { chosenWorkspaces, nameOf, readConfig, secretsOf } from "./configuration.ts";
import { createFirstRedactor } from "./early-errors.ts";
import type { Host } from "./host.ts";
import { type Options, textOption } from "./options.ts";

/** The exit code when nothing could be asked, as `grep` has it. */
export const COULD_NOT_RUN = 2;

function announce(workspaces: readonly WorkspaceConfig[], regions: readonly string[], { stderr }: Host): void {
  for (const workspace of workspaces) {
    const { host } = new URL(workspace.api.url);
    stderr.write(`${nameOf(workspace)}: up to ${maxRequests(workspace, regions)} requests to ${host}\n`);
  }
}

async function examineWith(config: Config, options: Options, host: Host, regions: readonly string[]): Promise<number> {
  const workspaces = chosenWorkspaces(config, textOption(options, "workspace"));
  // Whatever an API of any kind may answer: the key is not shown.
  const redact = createRedactor(secretsOf(config));
  announce(workspaces, regions, host);
  const examinations = await examineAll(workspaces, config, { ...host, redact, regions });
  if (options["json"] === true) host.stdout.write(renderJson(examinations));
  else for (const examination of examinations) host.stdout.write(renderTable(examination));
  const isUnread = host.stop.aborted || (await host.stdout.settled()) !== undefined;
  return isUnread ? COULD_NOT_RUN : exitCodeOf(examinations);
}

/**
 * Asks the API of the configured workspaces what its documentation leaves open, and what this configuration costs.
 * @param regions base URLs of the API's regions: hosts that may see the key besides the configured one
 * @returns 0 good, 1 problems found, 2 could not run
 */
export async function runDoctor(options: Options, host: Host, regions = REGIONS): Promise<number> {
  try {
    return await examineWith(readConfig(options, host), options, host, regions);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const redact = createFirstRedactor(host, Object.values(options));
    for (const problem of error.problems) host.stderr.write(`${redact(problem)}\n`);
    return COULD_NOT_RUN;
  }
}
