import { spawn } from "node:child_process";
import { once } from "node:events";
import { eventually } from "./eventually.ts";

const READY_MS = 30_000;

/** A server that runs in a process of its own. */
export interface Service extends AsyncDisposable {
  /** `http://HOST:PORT` */
  readonly url: string;
  readonly get: (path: string, parameters?: Record<string, string>) => Promise<Response>;
}

/**
 * Starts a server and waits until it is ready.
 * @throws Error with what it wrote, when it ends instead
 */
export async function startService(program: string, args: readonly string[], address: string): Promise<Service> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output = (output + text).slice(-10_000)));
  const exited = once(child, "close");
  const url = `http://${address}`;
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  const get = (path: string, parameters: Record<string, string> = {}) =>
    fetch(`${url}${path}?${new URLSearchParams(parameters).toString()}`);
  const failed = exited.then(() => {
    throw new Error(`${program} ended:\n${output}`);
  });
  const ready = eventually(async () => {
    if (!(await get("/-/ready")).ok) throw new Error(`${program} is not ready:\n${output}`);
  }, READY_MS);
  try {
    await Promise.race([ready, failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  failed.catch(() => undefined);
  return { url, get, [Symbol.asyncDispose]: stop };
}
