import type { Clock } from "../clock.ts";
import type { Host } from "./host.ts";

/** Says on a terminal how far a long work is; elsewhere says nothing. */
export interface Progress {
  readonly show: (done: number) => void;
  /** Wipes the line. */
  readonly end: () => void;
}

const EVERY_MS = 200;
const WIDTH = 20;

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** A line on a terminal, redrawn at most five times a second. */
function createLine(textOf: (done: number) => string, stderr: Host["stderr"], clock: Clock): Progress {
  if (!stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const start = clock.moment();
  let drawnMs = -Infinity;
  return {
    show: (done) => {
      const nowMs = clock.moment().msSince(start);
      if (nowMs - drawnMs < EVERY_MS) return;
      drawnMs = nowMs;
      stderr.write(`\r${textOf(done)}\u001b[K`);
    },
    end: () => stderr.write("\r\u001b[K"),
  };
}

/** A bar of `total` steps with the time that is left at the present pace. */
export function createProgress(total: number, unit: string, stderr: Host["stderr"], clock: Clock): Progress {
  const start = clock.moment();
  const textOf = (done: number) => {
    const bar = "#".repeat(Math.floor((WIDTH * done) / total)).padEnd(WIDTH, ".");
    const left = done === 0 ? "" : `, ${duration((clock.moment().msSince(start) / done) * (total - done))} left`;
    return `[${bar}] ${done}/${total} ${unit}${left}`;
  };
  return createLine(textOf, stderr, clock);
}

/** The bytes that are written so far, of nobody knows how many. */
export function createByteProgress(stderr: Host["stderr"], clock: Clock): Progress {
  return createLine((bytes) => `${(bytes / 1e6).toFixed(0)} MB written`, stderr, clock);
}
