import { readFileSync, readdirSync, writeFileSync } from "node:fs";

/** Of a process, as Linux shows them in /proc. */
export interface ProcessFacts {
  readonly rssMb: number;
  /** The highest RSS since the last {@link forgetPeak}. */
  readonly peakMb: number;
  readonly openFiles: number;
}

const KIB_PER_MB = 1e6 / 1024;

function megabytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / KIB_PER_MB;
}

/** @throws Error when there is no such process (any more) */
export function factsOf(pid: number): ProcessFacts {
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
  return {
    rssMb: megabytes(status, "VmRSS"),
    peakMb: megabytes(status, "VmHWM"),
    openFiles: readdirSync(`/proc/${String(pid)}/fd`).length,
  };
}

/** Begins the peak of RSS again. Source: proc(5), `clear_refs` */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${String(pid)}/clear_refs`, "5");
}
