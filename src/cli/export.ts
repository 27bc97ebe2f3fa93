import { checkWebConfig } from "../web-config/web-config.ts";
import { nameOf, readConfig } from "./configured.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { serve } from "./serve.ts";

/** Runs the exporter, or with `--config.check` only reads its configuration. */
export async function runExporter(options: Options, host: Host): Promise<number> {
  const config = readConfig(options, host);
  if (options["config.check"] !== true) return serve(config, host, () => undefined);
  if (config.web.configFile !== undefined) await checkWebConfig(config.web.configFile, host.files);
  for (const warning of config.warnings) host.stderr.write(`warning: ${warning}\n`);
  host.stdout.write(`The configuration is valid: ${config.workspaces.map(nameOf).join(", ")}.\n`);
  return 0;
}
