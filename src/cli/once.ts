import type { Moment } from "../clock.ts";
import { stackOfBug } from "../errors.ts";
import { textOf } from "../exposition/chunk.ts";
import { composeSnapshot } from "../exposition/snapshot.ts";
import { unmatchedBy, unmatchedText } from "../sources/unmatched.ts";
import type { WorkspaceState } from "../exposition/workspace-state.ts";
import { notesText } from "../answers/anomalies.ts";
import { type FailedPoll, pollAllOnce } from "../poller/once.ts";
import { plainText } from "../untrusted.ts";
import { createRedactor } from "../redact.ts";
import { chosenWorkspaces, readConfig, secretsOf } from "./configuration.ts";
import type { Host } from "./host.ts";
import { type Options, textOption } from "./options.ts";

/**
 * The moment at which the polls are shown: the end of the first one. Otherwise its data could be withdrawn, as too old or
 * from a day that is over, because another poll took long.
 */
function firstEnd(states: readonly WorkspaceState[], now: Moment): Moment {
  const ends = states.flatMap(({ sources }) => [...sources.values()].flatMap(({ lastPoll }) => lastPoll ?? []));
  return ends.reduce((first, end) => (first.msSince(end) > 0 ? end : first), now);
}

/** The line for a poll that failed; for a bug, its stack follows. */
function failureText(workspace: string, { source, error }: FailedPoll): string {
  const stack = stackOfBug(error);
  return `${workspace}: the poll of ${source} failed: ${error.message}\n${stack === undefined ? "" : `${stack}\n`}`;
}

/**
 * Polls every workspace once and writes what a scrape would then see of them, in the text format.
 * @returns 1 when a poll failed; the others are written all the same
 */
export async function runOnce(options: Options, host: Host): Promise<number> {
  const config = readConfig(options, host);
  const deps = { ...host, redact: createRedactor(secretsOf(config)) };
  const polls = await pollAllOnce(chosenWorkspaces(config, textOption(options, "workspace")), config, deps);
  const states = polls.map(({ state }) => state);
  const unmatched = unmatchedBy(states);
  for (const { state, failures, notes } of polls) {
    for (const failure of failures) host.stderr.write(deps.redact(failureText(state.workspace, failure)));
    const unfound = (unmatched.get(state.workspace) ?? []).filter(({ names }) => names.length > 0).map(unmatchedText);
    for (const line of [...notesText(notes), ...unfound])
      host.stderr.write(`${state.workspace}: ${plainText(deps.redact(line))}\n`);
  }
  host.stdout.write(textOf(await composeSnapshot(states, firstEnd(states, host.clock.moment()))));
  return polls.some(({ failures }) => failures.length > 0) ? 1 : 0;
}
