import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Serving } from "./subject.ts";

/** The product runs with the options that it ships with, the others with none. */
const NODE_OPTIONS: Readonly<Record<string, readonly string[]>> = { exporter: ["--max-semi-space-size=4"] };

/** Starts a subject and waits until it serves. */
export async function start(subject: string, argument: string): Promise<{ child: ChildProcess; serving: Serving }> {
  const script = fileURLToPath(new URL(`subject-${subject}.js`, import.meta.url));
  const child = fork(script, [argument], { execArgv: [...(NODE_OPTIONS[subject] ?? [])] });
  const [serving] = (await once(child, "message")) as [Serving];
  return { child, serving };
}

/** Stops a subject. */
export async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}
