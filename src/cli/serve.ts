import type { Config } from "../config/config.ts";
import { effectiveConfig } from "../config/effective.ts";
import type { LoadedConfig } from "../config/load.ts";
import { type KnownShard, knownShard, shardText, shardedConfig } from "../config/shards.ts";
import { type Exporter, startExporter } from "../exporter.ts";
import { type Logger, createLogger } from "../logger/logger.ts";
import { type LearningRedactor, createRedactor } from "../redact.ts";
import { VERSION } from "../version.ts";
import { loadConfiguration, reloadConfiguration, secretsOf } from "./configuration.ts";
import { type Host, stopRequested } from "./host.ts";
import type { Options } from "./options.ts";
import { IGNORED_SIGNALS } from "./signals.ts";

/** How long the exporter may take to end: responses that are being sent have 8 s, and files that are being written need some time. */
const STOP_MS = 9_000;

/** Stops the exporter, but waits no longer than that: a file system that hangs would block the end. */
async function stopInTime(exporter: Exporter, { clock }: Host, logger: Logger): Promise<void> {
  const stopped = new AbortController();
  const late = clock.sleep(STOP_MS, stopped.signal).then(() => {
    logger.warn({ seconds: STOP_MS / 1000 }, "not everything ended in time");
  });
  await Promise.race([exporter.stop(), late]);
  late.catch(() => undefined);
  stopped.abort();
}

/** What is served: the configuration, and what reads it again. */
export interface Served {
  readonly loaded: LoadedConfig;
  /** Throws ConfigError. */
  readonly readAgain: () => LoadedConfig;
}

/** Which shard this is, if there are shards. A pod's name may be given where the host has another. */
function ownShard({ shard }: Config, { env, hostname }: Host): KnownShard | undefined {
  return shard && knownShard(shard, env["POD_NAME"] ?? hostname);
}

/** The configuration with this shard's workspaces, if there are shards. */
function ownConfig(config: Config, host: Host): Config {
  const shard = ownShard(config, host);
  return shard ? shardedConfig(config, shard) : config;
}

/**
 * The configuration in use, which changes when one that was read comes into use. Its secrets, those of all shards, are learned
 * before anything else gets it, so that no text shows them.
 */
function configurations({ loaded, readAgain }: Served, { learn }: LearningRedactor, host: Host) {
  let [inUse, read] = [loaded, loaded];
  return {
    readConfig: () => {
      read = readAgain();
      for (const secret of secretsOf(read.config)) learn(secret);
      return ownConfig(read.config, host);
    },
    onLoaded: () => {
      inUse = read;
    },
    effectiveConfig: () => effectiveConfig(inUse, ownShard(inUse.config, host)),
  };
}

/** Reloads at each signal, once the exporter runs. */
function reloadOnSignal({ reload }: Exporter, { onReloadSignal, stop }: Host): void {
  onReloadSignal(() => {
    if (!stop.aborted) void reload();
  });
}

function logStart({ workspaces, shard, warnings }: Config, { urls }: Exporter, logger: Logger): void {
  const part = shard ? { shard: shardText(shard) } : {};
  logger.info({ version: VERSION, addresses: urls, workspaces: workspaces.length, ...part }, "listening");
  if (workspaces.length === 0) logger.info(part, "no workspace belongs to this shard");
  for (const warning of warnings) logger.warn({}, warning);
}

/**
 * Runs the exporter until the process is asked to stop.
 * @returns the exit code
 */
export async function serve(served: Served, host: Host, onStarted: (exporter: Exporter) => void): Promise<number> {
  const config = ownConfig(served.loaded.config, host);
  // The secrets of all shards: a file's mistake may show any of them.
  const redact = createRedactor(secretsOf(served.loaded.config));
  // This redactor also learns the keys that are read later.
  host.hideInCrash(redact);
  const logger = createLogger(config.log, host.stderr, redact);
  host.onIgnoredSignal((signal) => {
    logger.info({}, IGNORED_SIGNALS[signal]);
  });
  const revision = host.env["ROBOFLOW_EXPORTER_REVISION"] ?? "unknown";
  const starting = startExporter(config, {
    ...{ ...host, logger, redact, revision },
    ...configurations(served, redact, host),
  });
  const exporter = await Promise.race([starting, stopRequested(host)]);
  if (!exporter) {
    logger.info({}, "stopped before it listened");
    starting.then((late) => late.stop()).catch(() => undefined);
    return 0;
  }
  logStart(config, exporter, logger);
  onStarted(exporter);
  reloadOnSignal(exporter, host);
  await stopRequested(host);
  logger.info({}, "stopping");
  await stopInTime(exporter, host, logger);
  return 0;
}

/** Runs the exporter. */
export async function runExporter(options: Options, host: Host): Promise<number> {
  const readAgain = () => reloadConfiguration(options, host);
  return serve({ loaded: loadConfiguration(options, host), readAgain }, host, () => undefined);
}
