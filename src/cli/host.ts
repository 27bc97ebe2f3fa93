import type { Clock } from "../clock.ts";
import type { Redactor } from "../redact.ts";
import type { Files } from "../storage/files.ts";
import type { DataWriter, Output } from "./output.ts";
import type { IgnoredSignal } from "./signals.ts";

/** A stream for text to the user. */
interface Speech extends Pick<Output, "isTTY"> {
  /** Never throws. */
  readonly write: (text: string) => unknown;
}

/** What the program needs of the process it runs in, passed in so that tests can be the process. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** After the command, the program waits until all of it is written. */
  readonly stdout: Speech & Pick<Output, "settled">;
  /** Writes data to standard output, for a command that checks the result itself. */
  readonly writeData: DataWriter;
  readonly stderr: Speech;
  /** How many texts could not be written to standard error. */
  readonly lostLogLines: () => number;
  readonly readFile: (path: string) => string;
  /** As `readFile`, but of regular files only: it must not block a running exporter. */
  readonly readAgain: (path: string) => string;
  /** For files that are written. */
  readonly files: Files;
  readonly clock: Clock;
  readonly random: () => number;
  readonly nodeVersion: string;
  /** The machine's name; in Kubernetes the pod's. */
  readonly hostname: string;
  /** Fires when the process is asked to stop. */
  readonly stop: AbortSignal;
  /** Gives the process what hides the configuration's secrets if it ends with a bug. */
  readonly hideInCrash: (redact: Redactor) => void;
  /** Calls the listener for each signal that changes nothing. */
  readonly onIgnoredSignal: (listener: (signal: IgnoredSignal) => void) => void;
  /** Calls the listener for each signal to reload the configuration. */
  readonly onReloadSignal: (listener: () => void) => void;
}

/** Resolves when the process is asked to stop. */
export function stopRequested({ stop }: Pick<Host, "stop">): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener("abort", () => {
      resolve();
    });
  });
}
