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

/** A bar of `total` steps with the time that is left at the present pace, redrawn at most five times a second. */
export function createProgress(total: number, unit: string, stderr: Host["stderr"], clock: Clock): Progress {
  if (stderr.isTTY !== true) return { show: () => undefined, end: () => undefined };
  const startMs = clock.now();
  let drawnMs = -Infinity;
  return {
    show: (done) => {
      const nowMs = clock.now();
      if (nowMs - drawnMs < EVERY_MS) return;
      drawnMs = nowMs;
      const bar = "#".repeat(Math.floor((WIDTH * done) / total)).padEnd(WIDTH, ".");
      const left = done === 0 ? "" : `, ${duration(((nowMs - startMs) / done) * (total - done))} left`;
      stderr.write(`\r[${bar}] ${done}/${total} ${unit}${left}\u001b[K`);
    },
    end: () => stderr.write("\r\u001b[K"),
  };
}
