#!/usr/bin/env node
import files from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { createCrash } from "./cli/early-errors.ts";
import { createDataOutput, createLogOutput } from "./cli/output.ts";
import { createTextReader, handleSignals, readAgain } from "./cli/signals.ts";
import { systemClock } from "./clock.ts";
import { systemCode } from "./errors.ts";
import { keepHeapSmall, limitHeapGrowth } from "./heap-growth.ts";

/** The commands that end by themselves, so that closing the terminal ends them. All others are servers. */
const ENDING_COMMANDS = ["once", "doctor", "backfill", "raw", "simulate", "healthcheck"];
/** The process ends no later than this after the first signal, within docker's ten seconds. */
const STOP_MS = 9_500;
/** How long the end of the process waits for the log to be written, and for busy threads. */
const LAST_WAIT_MS = 250;

// Before anything else is loaded, because the image checks its health every 30 s.
const health = process.argv[2] === "healthcheck" && (await import("./cli/healthcheck.ts"));
const answer = health ? await health.runQuickHealthcheck(process.argv.slice(2), process) : undefined;
if (answer !== undefined) process.exit(answer);

limitHeapGrowth();
// Before the arguments are parsed: once the program is loaded, the space for short-lived objects has grown for good.
if (process.argv.includes("raw")) keepHeapSmall();

const signals = handleSignals(process, !ENDING_COMMANDS.some((command) => process.argv.includes(command)));
const stdout = createDataOutput(process.stdout, process.stdout.fd);
const stderr = createLogOutput(process.stderr, process.stderr.fd);

const crash = createCrash(stderr.write);
/** Reports an error that nothing has caught, then ends the process. */
async function endOnBug(thrown: unknown): Promise<never> {
  crash.report(thrown);
  await Promise.race([stderr.settled(), delay(LAST_WAIT_MS)]);
  return process.exit(1);
}
const onBug = (thrown: unknown) => void endOnBug(thrown);
process.on("uncaughtException", onBug).on("unhandledRejection", onBug);

async function runProgram(): Promise<number> {
  const { run } = await import("./cli/program.ts");
  return run(process.argv.slice(2), {
    env: process.env,
    stdout,
    // An output of its own, so that failures are not reported twice.
    writeData: createDataOutput(process.stdout, process.stdout.fd).write,
    stderr,
    lostLogLines: stderr.lost,
    onIgnoredSignal: signals.onIgnored,
    onReloadSignal: signals.onReload,
    readFile: createTextReader(signals),
    readAgain,
    files,
    clock: systemClock,
    random: () => Math.random(),
    nodeVersion: process.version,
    hostname: hostname(),
    stop: signals.stop,
    hideInCrash: crash.hideWith,
  });
}

/** Node opens the program's many modules at once while loading; running needs fewer files. */
const ENOUGH_OPEN_FILES = 256;

/** Whether files could not be opened: Node then reports EMFILE, or that it cannot find a package that exists. */
function isOutOfFiles(error: unknown): boolean {
  if (systemCode(error) !== "ERR_MODULE_NOT_FOUND") return systemCode(error) === "EMFILE";
  const openFiles = /"open_files":\s*\{\s*"soft":\s*(\d+)/.exec(JSON.stringify(process.report.getReport()));
  return Number(openFiles?.[1]) < ENOUGH_OPEN_FILES;
}

function sayIfOutOfFiles(error: unknown): number {
  if (!isOutOfFiles(error)) throw error;
  void stderr.write(
    "the limit of open files is too low to load the program; raise it, for example with ulimit -n 1024\n",
  );
  return 1;
}

/** Waits for the threads of the pool; resolves with true if one is still busy, with a name look-up or a file. */
async function isHeld(): Promise<boolean> {
  const isBusy = () => process.getActiveResourcesInfo().some((name) => name.includes("Req"));
  for (let waitedMs = 0; isBusy() && waitedMs < LAST_WAIT_MS; waitedMs += 10) await delay(10);
  return isBusy();
}

signals.stop.addEventListener("abort", () => {
  setTimeout(signals.die, STOP_MS).unref();
});
const exitCode = await runProgram().catch(sayIfOutOfFiles).catch(endOnBug);
await Promise.race([stderr.settled(), delay(LAST_WAIT_MS)]);
if (signals.stop.aborted && (await isHeld())) signals.die();
process.exit(exitCode);
