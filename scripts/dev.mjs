// npm run dev: builds and runs the demo, and does both again whenever a file of src changes. Arguments go to the demo.
// Node.js watches and restarts this script; a build that fails shows its errors and waits for the next change.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const documents = fileURLToPath(new URL("render-documents.mjs", import.meta.url));
const main = new URL("../dist/main.js", import.meta.url);

const run = (...args) => spawnSync(process.execPath, args, { stdio: "inherit" }).status === 0;
if (run(tsc, "-p", "tsconfig.json") && run(documents, "dist/documents.json")) {
  // The demo reads its own arguments where a command line has them.
  process.argv.splice(1, 1, fileURLToPath(main), "demo");
  await import(main.href);
} else process.exitCode = 1;
