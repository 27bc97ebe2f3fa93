import { type ListenAddress, readListenAddress } from "../config/config.ts";
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
