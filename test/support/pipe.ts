import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** Makes a named pipe in a directory of its own, both gone after the test. */
export function makePipe(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "roboflow-pipe-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const pipe = path.join(directory, "pipe");
  execFileSync("mkfifo", [pipe]);
  return pipe;
}

/** The descriptor of a pipe that stays open for reading and writing until the test ends. */
export function openPipe(pipe = makePipe()): number {
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => {
    closeSync(fd);
  });
  return fd;
}
