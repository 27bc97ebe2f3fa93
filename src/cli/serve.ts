import type { Config } from "../config/config.ts";
import { type Exporter, startExporter } from "../exporter.ts";
import { type Logger, createLogger } from "../logger/logger.ts";
import { createRedactor } from "../redact.ts";
import { VERSION } from "../version.ts";
import { secretsOf } from "./configured.ts";
import { type Host, stopRequested } from "./host.ts";
import { IGNORED_SIGNALS } from "./signals.ts";

/** How long the exporter may take to end, requests that run and files that are written included. */
const STOP_MS = 4_000;

/** Stops the exporter, but waits no longer than that: a file system that hangs would keep it from ending. */
async function stopInTime(exporter: Exporter, { clock }: Host, logger: Logger): Promise<void> {
  const stopped = new AbortController();
  const late = clock.sleep(STOP_MS, stopped.signal).then(() => {
    logger.warn({ seconds: STOP_MS / 1000 }, "not everything ended in time");
  });
  await Promise.race([exporter.stop(), late]);
  late.catch(() => undefined);
  stopped.abort();
}

/**
 * Runs the exporter until the process is asked to stop or a bug shows.
 * @returns the exit code
 */
export async function serve(config: Config, host: Host, onStarted: (exporter: Exporter) => void): Promise<number> {
  const redact = createRedactor(secretsOf(config));
  const logger = createLogger(config.log, host.stderr, redact);
  host.onIgnoredSignal((signal) => {
    logger.info({}, IGNORED_SIGNALS[signal]);
  });
  let reportBug: (error: unknown) => void = () => undefined;
  const bug = new Promise<unknown>((resolve) => (reportBug = resolve));
  const revision = host.env["ROBOFLOW_EXPORTER_REVISION"] ?? "unknown";
  const deps = { ...host, logger, redact, revision, onBug: reportBug };
  const starting = startExporter(config, deps);
  const exporter = await Promise.race([starting, stopRequested(host)]);
  if (!exporter) {
    logger.info({}, "stopped before it listened");
    starting.then((late) => late.stop()).catch(() => undefined);
    return 0;
  }
  logger.info({ version: VERSION, addresses: exporter.urls, workspaces: config.workspaces.length }, "listening");
  onStarted(exporter);
  const failure = await Promise.race([stopRequested(host).then(() => undefined), bug]);
  if (failure === undefined) logger.info({}, "stopping");
  else logger.error({ err: failure }, "stopping on a bug");
  await stopInTime(exporter, host, logger);
  return failure === undefined ? 0 : 1;
}
