import type { Command } from "commander";
import type { Flags } from "../config/flags.ts";

/** Options as commander hands them over: texts and lists of texts, by their dotted names in camel case. */
export type Options = Readonly<Record<string, unknown>>;

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Adds what the commands need that read the exporter's configuration, but do not serve. */
export function addConfigurationOptions(command: Command): Command {
  return command
    .allowExcessArguments(false)
    .option("--config.file <path>", "configuration file, YAML")
    .option("--workspace <name>", "only this workspace of the configuration");
}

/** Adds the flags of the HTTP server and the log, which the exporter and the demo share. */
export function addServerOptions(command: Command): Command {
  return command
    .option(
      "--web.listen-address <address>",
      "where to listen, HOST:PORT or :PORT; may be given several times",
      collect,
    )
    .option("--web.telemetry-path <path>", "path of the metrics (default: /metrics)")
    .option("--web.max-requests <number>", "scrapes served at once; more are answered 503 (default: 40)")
    .option("--log.level <level>", "debug, info, warn or error (default: info)")
    .option("--log.format <format>", "json or pretty (default: json)");
}

/** The text of an option, if it was given. */
export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

function textsOption(options: Options, name: string): readonly string[] | undefined {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : undefined;
}

/** The flags that the configuration reads. */
export function flagsFrom(options: Options): Flags {
  return {
    configFile: textOption(options, "config.file"),
    listenAddresses: textsOption(options, "web.listenAddress"),
    telemetryPath: textOption(options, "web.telemetryPath"),
    maxRequests: textOption(options, "web.maxRequests"),
    storagePath: textOption(options, "storage.path"),
    logLevel: textOption(options, "log.level"),
    logFormat: textOption(options, "log.format"),
  };
}
