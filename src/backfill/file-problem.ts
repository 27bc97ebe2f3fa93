import { ConfigError, systemCode, systemWords } from "../errors.ts";

/**
 * Names the flag whose path the system refuses.
 * @throws ConfigError for what the system says, anything else as it is
 */
export function throwFileProblem(flag: string, path: string, error: unknown): never {
  if (systemCode(error) === undefined) throw error;
  const remedy = "give a place this user may write to, with room";
  throw new ConfigError([`${flag}: ${JSON.stringify(path)} cannot be used (${systemWords(error)}); ${remedy}`]);
}
