import { isLikeKey } from "../config/messages.ts";
import { type Redactor, createRedactor } from "../redact.ts";
import type { Host } from "./host.ts";

/** A key that was given in the place of something else: alone, as a flag's value, or as a host with a port. */
function keysIn(text: string): string[] {
  return text
    .replace(/^-+/, "")
    .split(/[=:,;@\s]+/)
    .filter(isLikeKey);
}

/**
 * Hides what may be an API key before there is a configuration: the environment's, and whatever looks like one on the
 * command line where something else was wanted. For messages to the user alone.
 * @param given words of the command line, or values of its flags
 */
export function createFirstRedactor({ env }: Pick<Host, "env">, given: readonly unknown[]): Redactor {
  const texts = given.flat().filter((text) => typeof text === "string");
  return createRedactor([env["ROBOFLOW_API_KEY"] ?? "", ...texts.flatMap(keysIn)]);
}
