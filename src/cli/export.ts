import { loadConfig } from "../config/load.ts";
import { DATA_METRICS } from "../metrics/catalogue.ts";
import { isCronExpression } from "../poller/schedule.ts";
import type { Host } from "./host.ts";
import { type Options, flagsFrom } from "./options.ts";
import { serve } from "./serve.ts";

/** Runs the exporter, or with `--config.check` only reads its configuration. */
export async function runExporter(options: Options, host: Host): Promise<number> {
  const { env, readFile } = host;
  const knownMetrics = DATA_METRICS.map(({ name }) => name);
  const config = loadConfig({ env, readFile, flags: flagsFrom(options), isCronExpression, knownMetrics });
  if (options["config.check"] !== true) return serve(config, host, () => undefined);
  const names = config.workspaces.map(({ name }) => name ?? "the API key's own workspace");
  host.stdout.write(`The configuration is valid: ${names.join(", ")}.\n`);
  return 0;
}
