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

/** Parts of the process that a test takes into its own hands. */
export type HostParts = Partial<Pick<Host, "clock" | "writeData">> & {
  /** Which of its streams are terminals. */
  readonly terminals?: readonly ("stdout" | "stderr")[];
};

/** Creates a {@link TestHost} with nothing in its environment but what is given. */
export function createTestHost(env: Readonly<Record<string, string>> = {}, parts: HostParts = {}): TestHost {
  const { terminals = [], ...own } = parts;
  const stopping = new AbortController();
  const output = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  const sink = (stream: "stdout" | "stderr") => ({
    isTTY: terminals.includes(stream),
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
    stdout: { ...sink("stdout"), settled: () => Promise.resolve(undefined) },
    writeData: (text) => {
      sink("stdout").write(text);
      return Promise.resolve(undefined);
    },
    stderr: sink("stderr"),
    lostLogLines: () => 0,
    readFile: (path) => readFileSync(path, "utf8"),
    readAgain: (path) => readFileSync(path, "utf8"),
    files,
    clock: systemClock,
    random: Math.random,
    nodeVersion: process.version,
    hostname: "roboflow-exporter-0",
    stop: stopping.signal,
    hideInCrash: () => undefined,
    onIgnoredSignal: () => undefined,
    onReloadSignal: () => undefined,
    ...own,
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
