#!/usr/bin/env node
import { readFileSync } from "node:fs";
import files from "node:fs/promises";
import { run } from "./cli/program.ts";
import { systemClock } from "./clock.ts";
import { limitHeapGrowth } from "./heap-growth.ts";

limitHeapGrowth();

const stopping = new AbortController();

// The first signal drains and stops; a second one does not wait.
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
  });
}

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  readFile: (path) => readFileSync(path, "utf8"),
  files,
  clock: systemClock,
  random: () => Math.random(),
  nodeVersion: process.version,
  stop: stopping.signal,
});
