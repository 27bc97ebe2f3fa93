import { spawn } from "node:child_process";
import { once } from "node:events";
import { withMoment } from "./program.ts";

/** The built program, for a line of bash. */
export const PROGRAM = `"${process.execPath}" dist/main.js`;

/** Runs a line of bash; `status` is that of the first command in its last pipe. */
export async function bash(line: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn("bash", ["--norc", "-c", `${line}\nexit "\${PIPESTATUS[0]}"`], {
    env: { PATH: process.env["PATH"], ...withMoment(env) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (text: string) => (output[stream] += text));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, ...output };
}
