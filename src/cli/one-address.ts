import type { ListenAddress } from "../config/config.ts";
import { readListenAddress } from "../config/listen-address.ts";
import { ConfigError } from "../errors.ts";

/**
 * Reads one `HOST:PORT`, for the commands that know only one.
 * @throws ConfigError
 */
export function oneAddress(text: string): ListenAddress {
  const reading = readListenAddress(text);
  if (reading.ok) return reading.value;
  throw new ConfigError([`--web.listen-address: ${JSON.stringify(text)} ${reading.problem}`]);
}

/** The URL at which a server that listens there is reached from this machine. */
export function localUrl({ host, port }: ListenAddress, path: string): URL {
  const name = host === undefined || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return new URL(path, `http://${name.includes(":") ? `[${name}]` : name}:${port}`);
}
