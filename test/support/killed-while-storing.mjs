// Stores a text over another one and is killed between the write and the rename, as no test in this process could be.
import files from "node:fs/promises";
import { systemClock } from "../../dist/clock.js";
import { createStoredFile } from "../../dist/storage/stored-file.js";

const [file, text] = process.argv.slice(2);
const rename = () => {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
};
const logger = { info: console.log, warn: console.error };
const binding = { kind: "text", fingerprint: "f" };
const options = { path: file, binding, toParts: (value) => [value], fromParts: ([value]) => value };
const stored = createStoredFile(options, { files: { ...files, rename }, clock: systemClock, logger });
stored.save({ value: text, saved: systemClock.moment() }, () => console.error("failed"));
await stored.settled();
