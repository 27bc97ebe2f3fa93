#!/usr/bin/env node
import { readFileSync } from "node:fs";
import files from "node:fs/promises";
import { createCrash } from "./cli/crash.ts";
import { systemClock } from "./clock.ts";
import { keepHeapSmall, limitHeapGrowth } from "./heap-growth.ts";

limitHeapGrowth();
// By the word alone: once the program is loaded, the space for what is short-lived has grown, and never shrinks.
if (process.argv.includes("raw")) keepHeapSmall();

const [{ run }, { createDataWriter }] = await Promise.all([import("./cli/program.ts"), import("./cli/data-writer.ts")]);

const crash = createCrash((text) => process.stderr.write(text));
const end = (thrown: unknown) => {
  crash.report(thrown);
  process.exit(1);
};
process.on("uncaughtException", end).on("unhandledRejection", end);

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
  writeData: createDataWriter(process.stdout, process.stdout.fd),
  stderr: process.stderr,
  readFile: (path) => readFileSync(path, "utf8"),
  files,
  clock: systemClock,
  random: () => Math.random(),
  nodeVersion: process.version,
  stop: stopping.signal,
  hideInCrash: crash.hideWith,
}).catch(end);
