#!/usr/bin/env node
import { readFileSync } from "node:fs";
import files from "node:fs/promises";
import { createCrash } from "./cli/crash.ts";
import { systemClock } from "./clock.ts";
import { systemCode } from "./errors.ts";
import { keepHeapSmall, limitHeapGrowth } from "./heap-growth.ts";

// Before anything else is loaded: the image asks for its health every 30 s.
const health = process.argv[2] === "healthcheck" && (await import("./cli/healthcheck.ts"));
const answer = health ? await health.runQuickHealthcheck(process.argv.slice(2), process.stderr) : undefined;
if (answer !== undefined) process.exit(answer);

limitHeapGrowth();
// By the word alone: once the program is loaded, the space for what is short-lived has grown, and never shrinks.
if (process.argv.includes("raw")) keepHeapSmall();

/** To load the program takes dozens of open files at once; to run it then takes fewer. */
function refuseToLoad(error: unknown): never {
  if (systemCode(error) !== "EMFILE") throw error;
  process.stderr.write(
    "the limit of open files is too low to load the program; raise it, for example with ulimit -n 1024\n",
  );
  process.exit(1);
}

const loading = Promise.all([import("./cli/program.ts"), import("./cli/data-writer.ts")]);
const [{ run }, { createDataWriter }] = await loading.catch(refuseToLoad);

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
