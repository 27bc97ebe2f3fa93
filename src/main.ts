#!/usr/bin/env node
import files from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { createCrash } from "./cli/early-errors.ts";
import { createDataOutput, createLogOutput } from "./cli/output.ts";
import { createTextReader, handleSignals } from "./cli/signals.ts";
import { systemClock } from "./clock.ts";
import { systemCode } from "./errors.ts";
import { keepHeapSmall, limitHeapGrowth } from "./heap-growth.ts";

/** The commands that come to an end, so that a terminal which is closed ends them. Any other word means a server. */
const ENDING_COMMANDS = ["once", "doctor", "backfill", "raw", "simulate", "healthcheck"];
/** How long after the first signal the process ends at the latest, whatever holds it; within docker's ten seconds. */
const STOP_MS = 9_500;
/** How long the end waits for who reads the log, and for threads at work. */
const LAST_WAIT_MS = 250;

// Before anything else is loaded: the image asks for its health every 30 s.
const health = process.argv[2] === "healthcheck" && (await import("./cli/healthcheck.ts"));
const answer = health ? await health.runQuickHealthcheck(process.argv.slice(2), process) : undefined;
if (answer !== undefined) process.exit(answer);

limitHeapGrowth();
// By the word alone: once the program is loaded, the space for what is short-lived has grown, and never shrinks.
if (process.argv.includes("raw")) keepHeapSmall();

const signals = handleSignals(process, !ENDING_COMMANDS.some((command) => process.argv.includes(command)));
const stdout = createDataOutput(process.stdout, process.stdout.fd);
const stderr = createLogOutput(process.stderr, process.stderr.fd);

const crash = createCrash(stderr.write);
/** Ends the process on what no poll and no command has caught, once it is said. */
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
    // By itself: its failures are not said twice.
    writeData: createDataOutput(process.stdout, process.stdout.fd).write,
    stderr,
    lostLogLines: stderr.lost,
    onIgnoredSignal: signals.onIgnored,
    readFile: createTextReader(signals),
    files,
    clock: systemClock,
    random: () => Math.random(),
    nodeVersion: process.version,
    stop: signals.stop,
    hideInCrash: crash.hideWith,
  });
}

/** The program's modules are many files, which Node opens all at once; to run it then takes fewer. */
const ENOUGH_OPEN_FILES = 256;

/** True where files could not be opened: Node then says EMFILE, or that a package, which is there, cannot be found. */
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

/** Resolves, with true, when a thread of the pool is at work still: in a name look-up, or on a file. */
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
