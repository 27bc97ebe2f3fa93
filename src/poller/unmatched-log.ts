import type { Logger } from "../logger/logger.ts";
import type { WorkspaceState } from "../exposition/workspace-state.ts";
import { unmatchedBy, unmatchedText } from "../sources/unmatched.ts";

const MESSAGE = "the configuration names what the poll did not find";

/** Logs names of the configuration that matched nothing: each once, since they stay so for weeks. */
export function createUnmatchedLog(logger: Logger): (states: readonly WorkspaceState[]) => void {
  const seen = new Set<string>();
  return (states) => {
    for (const [workspace, all] of unmatchedBy(states)) {
      for (const one of all) {
        const keyOf = (name: string) => JSON.stringify([workspace, one.setting, name]);
        const names = one.names.filter((name) => !seen.has(keyOf(name)));
        for (const name of names) seen.add(keyOf(name));
        if (names.length > 0) logger.warn({ workspace, unmatched: unmatchedText({ ...one, names }) }, MESSAGE);
      }
    }
  };
}
