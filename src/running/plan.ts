import { workspaceText } from "../config/canonical.ts";
import type { Config, WorkspaceConfig } from "../config/config.ts";
import type { Settings } from "../sources/source.ts";

/** A workspace that is polled. */
export interface Polled {
  readonly settings: Settings;
  /** As it is shown: from the configuration, or as the API gave it. */
  readonly name: () => string;
}

/** What a new configuration means for one of its workspaces. `running` is the same workspace as it is polled now. */
export type Step<P> =
  | { readonly kind: "keep"; readonly running: P }
  | { readonly kind: "change"; readonly running: P; readonly settings: Settings }
  | { readonly kind: "add"; readonly settings: Settings };

/** What a new configuration means. */
export interface Plan<P> {
  /** In the order of the new configuration. */
  readonly steps: readonly Step<P>[];
  /** Those that the new configuration does not have. */
  readonly removed: readonly P[];
}

/** Whether a workspace without a name is still the one that its key names. A key in a file may be another one by now. */
function isSameKey(before: WorkspaceConfig, { apiKey, apiKeyFile }: WorkspaceConfig): boolean {
  if (before.name !== undefined) return false;
  return apiKeyFile === undefined ? before.apiKey === apiKey : before.apiKeyFile === apiKeyFile;
}

function isSame({ settings, name }: Polled, workspace: WorkspaceConfig): boolean {
  return workspace.name === undefined ? isSameKey(settings.workspace, workspace) : workspace.name === name();
}

function stepOf<P extends Polled>(running: readonly P[], settings: Settings): Step<P> {
  const same = running.find((one) => isSame(one, settings.workspace));
  if (!same) return { kind: "add", settings };
  const [before, after] = [same.settings, settings].map(({ workspace, people }) => workspaceText(workspace, people));
  return before === after ? { kind: "keep", running: same } : { kind: "change", running: same, settings };
}

/** Compares what is polled with a new configuration. */
export function planReload<P extends Polled>(
  running: readonly P[],
  { workspaces, people }: Pick<Config, "workspaces" | "people">,
): Plan<P> {
  const steps = workspaces.map((workspace) => stepOf(running, { workspace, people }));
  const stays = new Set(steps.flatMap((step) => (step.kind === "add" ? [] : [step.running])));
  return { steps, removed: running.filter((one) => !stays.has(one)) };
}
