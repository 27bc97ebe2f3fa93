import type { Clock } from "../clock.ts";
import type { Redactor } from "../redact.ts";
import type { Files } from "../storage/files.ts";
import type { DataWriter } from "./data-writer.ts";

/** A stream for what the program says. */
interface Speech {
  readonly write: (text: string) => unknown;
  /** Whether a person watches it. */
  readonly isTTY?: boolean | undefined;
}

/** What the program needs of the process it runs in, passed in so that tests can be the process. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Speech;
  readonly stderr: Speech;
  /** Writes data to standard output. Resolves when it is out, with the system's code (`EPIPE`) when it cannot be. */
  readonly writeData: DataWriter;
  readonly readFile: (path: string) => string;
  /** For what is written. */
  readonly files: Files;
  readonly clock: Clock;
  readonly random: () => number;
  readonly nodeVersion: string;
  /** Fires when the process is asked to stop. */
  readonly stop: AbortSignal;
  /** Gives the process what hides the configuration's secrets, should it end on a bug. */
  readonly hideInCrash: (redact: Redactor) => void;
}

/** Resolves when the process is asked to stop. */
export function stopRequested({ stop }: Host): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener("abort", () => {
      resolve();
    });
  });
}
