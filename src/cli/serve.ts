import type { Config } from "../config/config.ts";
import { warningsOf } from "../config/warnings.ts";
import { type Exporter, startExporter } from "../exporter.ts";
import { createLogger } from "../logger/logger.ts";
import { createRedactor } from "../redact.ts";
import { VERSION } from "../version.ts";
import { secretsOf } from "./configured.ts";
import { type Host, stopRequested } from "./host.ts";

/**
 * Runs the exporter until the process is asked to stop.
 * @returns the exit code
 */
export async function serve(config: Config, host: Host, onStarted: (exporter: Exporter) => void): Promise<number> {
  const redact = createRedactor(secretsOf(config));
  const logger = createLogger(config.log, host.stderr, redact);
  const revision = host.env["ROBOFLOW_EXPORTER_REVISION"] ?? "unknown";
  const exporter = await startExporter(config, { ...host, logger, redact, revision });
  logger.info({ version: VERSION, addresses: exporter.urls, workspaces: config.workspaces.length }, "listening");
  for (const warning of warningsOf(config)) logger.warn({}, warning);
  onStarted(exporter);
  await stopRequested(host);
  logger.info({}, "stopping");
  await exporter.stop();
  return 0;
}
