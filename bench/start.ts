import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Listening, Serving } from "./subject.ts";

const PRODUCT = ["--max-semi-space-size=4"];

/** The product runs with the options that it ships with, the others with none. */
const NODE_OPTIONS: Readonly<Record<string, readonly string[]>> = { exporter: PRODUCT, workspaces: PRODUCT };

/**
 * Starts a subject and waits until it has measured itself.
 * @param onListening called with the port of a subject that serves before that
 */
export async function start(
  subject: string,
  argument: string,
  onListening: (port: number) => void = () => undefined,
): Promise<{ child: ChildProcess; serving: Serving }> {
  const script = fileURLToPath(new URL(`subject-${subject}.js`, import.meta.url));
  const child = fork(script, [argument], { execArgv: [...(NODE_OPTIONS[subject] ?? [])] });
  const serving = await new Promise<Serving>((resolve) => {
    child.on("message", (message: Serving | Listening) => {
      if ("rssMb" in message) resolve(message);
      else onListening(message.port);
    });
  });
  return { child, serving };
}

/** Stops a subject. */
export async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}
