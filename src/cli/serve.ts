import { effectiveConfig } from "../config/effective.ts";
import type { LoadedConfig } from "../config/load.ts";
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

/**
 * The configuration in use, which changes when one that was read comes into use. Its secrets are learned before anything
 * else gets it, so that no text shows them.
 */
function configurations({ loaded, readAgain }: Served, { learn }: LearningRedactor) {
  let [inUse, read] = [loaded, loaded];
  return {
    readConfig: () => {
      read = readAgain();
      for (const secret of secretsOf(read.config)) learn(secret);
      return read.config;
    },
    onLoaded: () => {
      inUse = read;
    },
    effectiveConfig: () => effectiveConfig(inUse),
  };
}

/** Reloads at each signal, once the exporter runs. */
function reloadOnSignal({ reload }: Exporter, { onReloadSignal, stop }: Host): void {
  onReloadSignal(() => {
    if (!stop.aborted) void reload();
  });
}

/**
 * Runs the exporter until the process is asked to stop.
 * @returns the exit code
 */
export async function serve(served: Served, host: Host, onStarted: (exporter: Exporter) => void): Promise<number> {
  const { config } = served.loaded;
  const redact = createRedactor(secretsOf(config));
  // This redactor also learns the keys that are read later.
  host.hideInCrash(redact);
  const logger = createLogger(config.log, host.stderr, redact);
  host.onIgnoredSignal((signal) => {
    logger.info({}, IGNORED_SIGNALS[signal]);
  });
  const revision = host.env["ROBOFLOW_EXPORTER_REVISION"] ?? "unknown";
  const starting = startExporter(config, {
    ...{ ...host, logger, redact, revision },
    ...configurations(served, redact),
  });
  const exporter = await Promise.race([starting, stopRequested(host)]);
  if (!exporter) {
    logger.info({}, "stopped before it listened");
    starting.then((late) => late.stop()).catch(() => undefined);
    return 0;
  }
  logger.info({ version: VERSION, addresses: exporter.urls, workspaces: config.workspaces.length }, "listening");
  for (const warning of config.warnings) logger.warn({}, warning);
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
