import { composeBody } from "../metrics/body.ts";
import { pollAllOnce } from "../once.ts";
import { createRedactor } from "../redact.ts";
import { chosenWorkspaces, readConfig, secretsOf } from "./configured.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";

/**
 * Polls every workspace once and writes what a scrape would then see of them, in the text format.
 * @returns 1 when a poll failed; the others are written all the same
 */
export async function runOnce(options: Options, host: Host): Promise<number> {
  const config = readConfig(options, host);
  const deps = { ...host, redact: createRedactor(secretsOf(config)) };
  const polls = await pollAllOnce(chosenWorkspaces(config, options), config.labelers, deps);
  const states = polls.map(({ state }) => state);
  for (const { state, error, legacyError } of polls) {
    if (error) host.stderr.write(`${state.workspace}: the poll failed: ${error.message}\n`);
    if (legacyError) host.stderr.write(`${state.workspace}: the legacy poll failed: ${legacyError.message}\n`);
  }
  // As of the first poll's end: what a later one took time for is not withdrawn meanwhile.
  const atMs = Math.min(...states.map(({ lastPollMs }) => lastPollMs ?? Infinity), host.clock.now());
  const { identity } = await composeBody(states, atMs);
  host.stdout.write(Buffer.concat(identity).toString());
  return polls.some(({ error, legacyError }) => error ?? legacyError) ? 1 : 0;
}
