import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Builds the program once before the tests, since the process tests run what a user runs. */
export default function build(): void {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const run = (...args: readonly string[]) => execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  run("node_modules/typescript/bin/tsc", "-p", "tsconfig.json");
  run("scripts/render-documents.mjs", "dist/documents.json");
}
