import type { Clock } from "../clock.ts";

/** At most one line of progress in this time. */
const PERIOD_MS = 1_000;
const CLEAR_LINE = "\r\x1b[K";

/** A line on a terminal that tells how far it has come. */
export interface Progress {
  /** Told of the rows written so far. */
  readonly advance: (rows: number) => void;
  /** Takes the line away, so that another can be written in its place. */
  readonly clear: () => void;
}

/** Made where there is no terminal. */
export const NO_PROGRESS: Progress = { advance: () => undefined, clear: () => undefined };

/** Makes a {@link Progress} that begins now. */
export function createProgress(write: (text: string) => unknown, clock: Clock): Progress {
  const start = clock.moment();
  let shownMs = -Infinity;
  let isShown = false;
  return {
    advance: (rows) => {
      const atMs = clock.moment().msSince(start);
      if (atMs - shownMs < PERIOD_MS) return;
      shownMs = atMs;
      isShown = true;
      const rate = (rows * 1000) / Math.max(1, atMs);
      write(`${CLEAR_LINE}${rows} rows, ${Math.round(rate)} rows/s`);
    },
    clear: () => {
      if (isShown) write(CLEAR_LINE);
      isShown = false;
    },
  };
}
