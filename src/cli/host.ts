import type { Clock } from "../clock.ts";
import type { Files } from "../storage/files.ts";

/** What the program needs of the process it runs in, passed in so that tests can be the process. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { readonly write: (text: string) => unknown };
  /** `isTTY` when somebody is watching. */
  readonly stderr: { readonly write: (text: string) => unknown; readonly isTTY?: boolean };
  readonly readFile: (path: string) => string;
  /** For what is written. */
  readonly files: Files;
  readonly clock: Clock;
  readonly random: () => number;
  readonly nodeVersion: string;
  /** Fires when the process is asked to stop. */
  readonly stop: AbortSignal;
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
