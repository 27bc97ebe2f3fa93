import type { Clock } from "../clock.ts";
import type { Host } from "./host.ts";

/** Shows on a terminal how far a long task is; shows nothing elsewhere. */
export interface Progress {
  readonly show: (done: number) => void;
  /** Clears the line, so that another one can be written there. */
  readonly clear: () => void;
}

/** Where there is no terminal. */
const NO_PROGRESS: Progress = { show: () => undefined, clear: () => undefined };

const EVERY_MS = 200;
const WIDTH = 20;
const CLEAR_LINE = "\r\u001b[K";

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** A line on a terminal, redrawn at most five times a second. `textOf` also gets the time since the line was made. */
function createLine(textOf: (done: number, ms: number) => string, stderr: Host["stderr"], clock: Clock): Progress {
  if (!stderr.isTTY) return NO_PROGRESS;
  const start = clock.moment();
  let drawnMs = -Infinity;
  let isShown = false;
  return {
    show: (done) => {
      const nowMs = clock.moment().msSince(start);
      if (nowMs - drawnMs < EVERY_MS) return;
      drawnMs = nowMs;
      isShown = true;
      stderr.write(`${CLEAR_LINE}${textOf(done, nowMs)}`);
    },
    clear: () => {
      if (isShown) stderr.write(CLEAR_LINE);
      isShown = false;
    },
  };
}

/** A bar of `total` steps with the time that is left at the present pace. */
export function createProgress(total: number, unit: string, stderr: Host["stderr"], clock: Clock): Progress {
  const textOf = (done: number, ms: number) => {
    const bar = "#".repeat(Math.floor((WIDTH * done) / total)).padEnd(WIDTH, ".");
    const left = done === 0 ? "" : `, ${duration((ms / done) * (total - done))} left`;
    return `[${bar}] ${done}/${total} ${unit}${left}`;
  };
  return createLine(textOf, stderr, clock);
}

/** The bytes that are written so far, of a total that is not known. */
export function createByteProgress(stderr: Host["stderr"], clock: Clock): Progress {
  return createLine((bytes) => `${(bytes / 1e6).toFixed(0)} MB written`, stderr, clock);
}

/** The rows that are written so far, and their pace. Shows nothing if the rows go to a terminal as well: the two would mix. */
export function createRowProgress({ stdout, stderr, clock }: Host): Progress {
  if (stdout.isTTY) return NO_PROGRESS;
  const textOf = (rows: number, ms: number) => `${rows} rows, ${Math.round((rows * 1000) / Math.max(1, ms))} rows/s`;
  return createLine(textOf, stderr, clock);
}
