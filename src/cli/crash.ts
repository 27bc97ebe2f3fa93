import { type Redactor, createRedactor } from "../redact.ts";

/** The end of a process by what it did not expect. */
export interface Crash {
  /** From now on what is said of a crash goes through this. */
  readonly hideWith: (redact: Redactor) => void;
  /** Says what was thrown, in the last line once more and alone. */
  readonly report: (thrown: unknown) => void;
}

function inOneLine(thrown: unknown): string {
  return String(thrown).replaceAll(/\s+/g, " ").trim();
}

/** Makes a {@link Crash} that speaks through `write`. */
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
