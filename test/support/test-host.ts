import { readFileSync } from "node:fs";
import files from "node:fs/promises";
import type { Host } from "../../src/cli/host.ts";
import { systemClock } from "../../src/clock.ts";

/** A process for the program to run in: real but for its output, its environment and its end, which the test holds. */
export interface TestHost {
  readonly host: Host;
  readonly output: { stdout: string; stderr: string };
  readonly stop: () => void;
  /** Resolves with the first match in what is written. */
  readonly waitFor: (pattern: RegExp) => Promise<RegExpExecArray>;
}

/** Creates a {@link TestHost} with nothing in its environment but what is given. */
export function createTestHost(env: Readonly<Record<string, string>> = {}): TestHost {
  const stopping = new AbortController();
  const output = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  const sink = (stream: "stdout" | "stderr") => ({
    write: (text: string) => {
      output[stream] += text;
      for (const listener of listeners) listener();
    },
  });
  const waitFor = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve) => {
      const look = () => {
        const match = pattern.exec(output.stdout + output.stderr);
        if (!match) return;
        listeners.delete(look);
        resolve(match);
      };
      listeners.add(look);
      look();
    });
  const host: Host = {
    env,
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    readFile: (path) => readFileSync(path, "utf8"),
    files,
    clock: systemClock,
    random: Math.random,
    nodeVersion: process.version,
    stop: stopping.signal,
  };
  return {
    host,
    output,
    stop: () => {
      stopping.abort();
    },
    waitFor,
  };
}
