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
 * Hides what may be an API key before there is a configuration: the environment's, and what looks like one on the
 * command line in another place. Only for messages to the user.
 * @param given words of the command line, or values of its flags
 */
export function createFirstRedactor({ env }: Pick<Host, "env">, given: readonly unknown[]): Redactor {
  const texts = given.flat().filter((text) => typeof text === "string");
  return createRedactor([env["ROBOFLOW_API_KEY"] ?? "", ...texts.flatMap(keysIn)]);
}

/** The end of a process by an error that nothing handles. */
export interface Crash {
  /** From now on this hides the secrets in what is written about a crash. */
  readonly hideWith: (redact: Redactor) => void;
  /** Writes what was thrown; the last line repeats it without the stack. */
  readonly report: (thrown: unknown) => void;
}

function inOneLine(thrown: unknown): string {
  return String(thrown).replaceAll(/\s+/g, " ").trim();
}

/** Makes a {@link Crash} that reports through `write`. */
export function createCrash(write: (text: string) => unknown): Crash {
  let redact: Redactor = createRedactor([]);
  return {
    hideWith: (redactor) => {
      redact = redactor;
    },
    report: (thrown) => {
      const stack = thrown instanceof Error && thrown.stack !== undefined ? `${thrown.stack}\n` : "";
      write(redact(`${stack}a bug ended roboflow-exporter; please report it: ${inOneLine(thrown)}\n`));
    },
  };
}
