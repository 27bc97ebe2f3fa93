import { spawnSync } from "node:child_process";

/**
 * Whether all programs are here. When one is not, it is said aloud, since tests will be left out.
 * @throws Error in CI, where nothing may be left out
 */
export function areInstalled(...programs: readonly string[]): boolean {
  const missing = programs.filter((program) => spawnSync(program, ["--version"]).error !== undefined);
  if (missing.length === 0) return true;
  const message = `not installed, so tests do not run: ${missing.join(", ")}`;
  if (process.env["CI"] === "true") throw new Error(message);
  console.warn(message);
  return false;
}
