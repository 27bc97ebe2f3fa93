import type { Config } from "../config/config.ts";
import { knownShard, shardText, shardedConfig } from "../config/shards.ts";
import { type Exporter, startExporter } from "../exporter.ts";
import { type Logger, createLogger } from "../logger/logger.ts";
import { createRedactor } from "../redact.ts";
import { VERSION } from "../version.ts";
import { loadConfiguration, secretsOf } from "./configuration.ts";
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

/** The configuration with this shard's workspaces, if there are shards. A pod's name may be given where the host has another. */
function ownConfig(config: Config, { env, hostname }: Host): Config {
  return config.shard ? shardedConfig(config, knownShard(config.shard, env["POD_NAME"] ?? hostname)) : config;
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
export async function serve(whole: Config, host: Host, onStarted: (exporter: Exporter) => void): Promise<number> {
  const config = ownConfig(whole, host);
  // The secrets of all shards: a file's mistake may show any of them.
  const redact = createRedactor(secretsOf(whole));
  // This redactor also learns the keys that are read later.
  host.hideInCrash(redact);
  const logger = createLogger(config.log, host.stderr, redact);
  host.onIgnoredSignal((signal) => {
    logger.info({}, IGNORED_SIGNALS[signal]);
  });
  const revision = host.env["ROBOFLOW_EXPORTER_REVISION"] ?? "unknown";
  const starting = startExporter(config, { ...host, logger, redact, revision });
  const exporter = await Promise.race([starting, stopRequested(host)]);
  if (!exporter) {
    logger.info({}, "stopped before it listened");
    starting.then((late) => late.stop()).catch(() => undefined);
    return 0;
  }
  logStart(config, exporter, logger);
  onStarted(exporter);
  await stopRequested(host);
  logger.info({}, "stopping");
  await stopInTime(exporter, host, logger);
  return 0;
}

/** Runs the exporter. */
export async function runExporter(options: Options, host: Host): Promise<number> {
  return serve(loadConfiguration(options, host).config, host, () => undefined);
}
