import { execFile } from "node:child_process";
import type { TestContext } from "vitest";

/** How a program ended. */
interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end, whatever its exit code. @throws when it cannot be started. */
export function run(program: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number")
        reject(new Error(`cannot run ${program}`, { cause: error }));
      else resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
    });
  });
}

async function isInstalled(program: string): Promise<boolean> {
  try {
    await run(program, ["--version"]);
    return true;
  } catch {
    return false;
  }
}

/** Skips the test, and says so, when a program is missing; in CI that is a failure. */
export async function needs(program: "promtool" | "amtool" | "chromium", context: TestContext): Promise<void> {
  if (await isInstalled(program)) return;
  const message = `${program} is not installed: "${context.task.name}" did not run`;
  if (process.env["CI"] === "true") throw new Error(message);
  console.warn(message);
  context.skip(message);
}
