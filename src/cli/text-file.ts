import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { Signals } from "./signals.ts";

/** More than any file of ours may hold. What is longer, or never ends, is cut here; who reads it finds it too long. */
const MAX_BYTES = 2 * 2 ** 20;

function readAll(path: string): string {
  const fd = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(fstatSync(fd).isFile() ? Math.min(fstatSync(fd).size + 1, MAX_BYTES) : MAX_BYTES);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(fd, bytes, length, bytes.length - length, null);
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes what reads a file's text: a regular file, or a pipe as of `--config.file=<(…)`, whose writer may let wait for
 * ever. A signal ends that.
 * @returns throws what Node throws
 */
export function createTextReader({ whileBlocked }: Pick<Signals, "whileBlocked">): (path: string) => string {
  return (path) => (statSync(path).isFile() ? readAll(path) : whileBlocked(() => readAll(path)));
}
