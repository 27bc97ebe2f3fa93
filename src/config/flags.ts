import type { z } from "zod";
import { LOG_FORMATS, LOG_LEVELS, type LogConfig, type StorageConfig, type WebConfig } from "./config.ts";
import { DEFAULTS } from "./defaults.ts";
import { listenAddressText, readListenAddress } from "./listen-address.ts";
import { integerTextBetween, readTelemetryPath, readText } from "./readers.ts";
import { key, list, mapping, oneOf, reading } from "./schema-parts.ts";

/** Flags as the command line gives them: texts, not looked at yet. */
export interface Flags {
  readonly configFile?: string | undefined;
  readonly listenAddresses?: readonly string[] | undefined;
  readonly telemetryPath?: string | undefined;
  readonly maxRequests?: string | undefined;
  readonly storagePath?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly logFormat?: string | undefined;
}

/** The flags this folder reads. */
export function flagsSchema() {
  const addresses = list(reading(readListenAddress), { max: 16, nameOf: listenAddressText });
  return mapping({
    "--config.file": key(reading(readText), {
      type: "path",
      default: "none",
      meaning: "The configuration file, in YAML",
    }),
    "--web.listen-address": key(addresses, {
      type: "`:PORT`, `HOST:PORT` or `[IPv6]:PORT`",
      default: DEFAULTS.listenAddresses.join(", "),
      meaning: "Where to listen; may be given several times",
    }),
    "--web.telemetry-path": key(reading(readTelemetryPath), {
      type: "path",
      default: DEFAULTS.telemetryPath,
      meaning: "Path of the metrics",
    }),
    "--web.max-requests": key(reading(integerTextBetween(1, 10_000)), {
      type: "integer, 1 to 10000",
      default: String(DEFAULTS.maxRequests),
      meaning: "Scrapes served at once, three quarters of them to one address; more are answered 503",
    }),
    "--storage.path": key(reading(readText), {
      type: "path",
      default: "none",
      meaning: "Directory in which the last good poll is kept, so that a restart shows no gap; see below",
    }),
    "--log.level": key(oneOf(LOG_LEVELS), {
      type: LOG_LEVELS.map((level) => `\`${level}\``).join(", "),
      default: DEFAULTS.logLevel,
      meaning: "Least severity that is logged",
    }),
    "--log.format": key(oneOf(LOG_FORMATS), {
      type: LOG_FORMATS.map((format) => `\`${format}\``).join(", "),
      default: DEFAULTS.logFormat,
      meaning: "One JSON object per line, or text for people",
    }),
  });
}

type FlagSettings = z.output<ReturnType<typeof flagsSchema>>;

/** The flags that were given, by the names users know them by. */
export function flagsDocument(flags: Flags): Readonly<Record<string, unknown>> {
  const given = {
    "--config.file": flags.configFile,
    "--web.listen-address": flags.listenAddresses,
    "--web.telemetry-path": flags.telemetryPath,
    "--web.max-requests": flags.maxRequests,
    "--storage.path": flags.storagePath,
    "--log.level": flags.logLevel,
    "--log.format": flags.logFormat,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function defaultAddresses() {
  return DEFAULTS.listenAddresses.flatMap((text) => {
    const address = readListenAddress(text);
    return address.ok ? address.value : [];
  });
}

/** The web server's settings, defaults filled in. */
export function resolveWeb(flags: FlagSettings): WebConfig {
  const addresses = flags["--web.listen-address"] ?? [];
  return {
    listenAddresses: addresses.length > 0 ? addresses : defaultAddresses(),
    telemetryPath: flags["--web.telemetry-path"] ?? DEFAULTS.telemetryPath,
    maxRequests: flags["--web.max-requests"] ?? DEFAULTS.maxRequests,
  };
}

/** The restart cache's settings. */
export function resolveStorage(flags: FlagSettings): StorageConfig {
  return { path: flags["--storage.path"] };
}

/** The log's settings, defaults filled in. */
export function resolveLog(flags: FlagSettings): LogConfig {
  return { level: flags["--log.level"] ?? DEFAULTS.logLevel, format: flags["--log.format"] ?? DEFAULTS.logFormat };
}
