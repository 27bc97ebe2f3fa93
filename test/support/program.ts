import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A program that runs as users run it, with what it has written so far. */
export interface RunningProgram extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  /** Resolves with the first match in the output; rejects when the program ends without one. */
  readonly waitFor: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
}

/** What decides of clock, time zone and language: the program has those of the test, which talks to it of days. */
const MOMENT = /^(?:TZ|LANG|LC_\w+|LOCPATH|LD_PRELOAD|FAKETIME\w*)$/;

/** An environment with the test's own clock, zone and language, and otherwise what is given. */
export function withMoment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => MOMENT.test(name))), ...env };
}

/** Starts the built program, or the one at `main`. The environment holds nothing but what is given, and the test's own clock, zone and language. */
export function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  main = "dist/main.js",
): RunningProgram {
  const options = { env: withMoment(env) };
  const child = spawn(process.execPath, ["--enable-source-maps", main, ...args], options);
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => (written[stream] += text));
  }
  const exited = once(child, "close").then(([code]) => code as number | null);
  const waitFor = async (pattern: RegExp) => {
    for (;;) {
      const match = pattern.exec(written.stdout + written.stderr);
      if (match) return match;
      const more = Promise.race([once(child.stdout, "data"), once(child.stderr, "data")]);
      const ended = await Promise.race([more.then(() => false), exited.then(() => true)]);
      if (ended && !pattern.test(written.stdout + written.stderr))
        throw new Error(`the program ended without ${String(pattern)}:\n${written.stdout}${written.stderr}`);
    }
  };
  const stop = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { child, output: () => ({ ...written }), waitFor, exited, [Symbol.asyncDispose]: stop };
}

/** Runs the built program to its end. */
export async function runProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const program = startProgram(args, env);
  const exitCode = await program.exited;
  return { exitCode, ...program.output() };
}
