import type { Clock } from "../clock.ts";
import { configHash } from "../config/canonical.ts";
import type { Config } from "../config/config.ts";
import { ConfigError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import type { Redactor } from "../redact.ts";
import type { SelfMetrics } from "../self/recorder.ts";
import { createQueue } from "../steps.ts";
import type { Changes } from "./workspaces.ts";

/** How a reload ended, for the one who asked for it. No secret is in the text. */
export interface ReloadOutcome {
  readonly isLoaded: boolean;
  readonly text: string;
}

/** Reads the configuration again and goes over to it. Never rejects. */
export type Reload = () => Promise<ReloadOutcome>;

export interface ReloadDeps {
  /**
   * Reads the configuration as at the start.
   * @throws ConfigError
   */
  readonly readConfig: () => Config;
  readonly change: (config: Config) => Promise<Changes>;
  /** Called when a configuration has come into use. */
  readonly onLoaded: () => void;
  readonly selfMetrics: SelfMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly redact: Redactor;
}

const KEPT = "the configuration could not be reloaded; the one before stays in use";

/** Says which configuration is in use, at the start and after each reload. */
export function noteLoaded(
  config: Config,
  { selfMetrics, clock, onLoaded }: Pick<ReloadDeps, "selfMetrics" | "clock" | "onLoaded">,
): void {
  onLoaded();
  selfMetrics.configLoaded(config.sha256 ?? configHash(config), clock.now());
}

function sentence([kind, names]: [string, readonly string[]]): string {
  return `${kind}: ${names.join(", ") || "none"}.`;
}

function loadedText({ added, removed, changed, unchanged }: Changes): string {
  const lists = Object.entries({ Added: added, Removed: removed, Changed: changed }).map(sentence);
  return `The configuration was reloaded. ${lists.join(" ")} Unchanged: ${unchanged.length}.`;
}

async function reloadOnce({ readConfig, change, logger, ...deps }: ReloadDeps): Promise<ReloadOutcome> {
  const config = readConfig();
  const changes = await change(config);
  noteLoaded(config, deps);
  const { added, removed, changed, unchanged } = changes;
  logger.info({ added, removed, changed, unchanged: unchanged.length }, "the configuration was reloaded");
  for (const warning of config.warnings) logger.warn({}, warning);
  return { isLoaded: true, text: loadedText(changes) };
}

function refused(error: unknown, { selfMetrics, logger, redact }: ReloadDeps): ReloadOutcome {
  selfMetrics.configRefused();
  if (error instanceof ConfigError) logger.error({ problems: error.problems }, KEPT);
  else logger.error({ err: error }, KEPT);
  const problems = error instanceof ConfigError ? error.problems : ["internal error; see the log"];
  return { isLoaded: false, text: redact([`${KEPT}:`, ...problems].join("\n")) };
}

/**
 * Makes a {@link Reload}. Reloads run one after the other. All that are asked for while one runs share the next one, which
 * reads the configuration later than each of them was asked for.
 */
export function createReload(deps: ReloadDeps): Reload {
  const inTurn = createQueue();
  let waiting: Promise<ReloadOutcome> | undefined;
  return () =>
    (waiting ??= inTurn(() => {
      waiting = undefined;
      return reloadOnce(deps).catch((error: unknown) => refused(error, deps));
    }));
}
