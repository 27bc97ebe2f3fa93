import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import files from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { MAX_FILE_BYTES, type Files } from "../../../src/storage/files.ts";
import { type StoredFile, createStoredFile } from "../../../src/storage/stored-file.ts";
import { createLogCapture } from "../../support/exporter-harness.ts";
import { ManualClock, momentAt } from "../../support/manual-clock.ts";
import { temporaryDirectory } from "../../support/restarts.ts";

const NOW = "2026-11-18T15:00:00Z";
const HOUR_MS = 3_600_000;

/** A file of texts, in a directory of its own. */
function storedText(given: Partial<Files> = {}) {
  const directory = path.join(temporaryDirectory(), "cache");
  mkdirSync(directory);
  const file = path.join(directory, "acme.text.json");
  const { lines, logger } = createLogCapture();
  const clock = new ManualClock(NOW);
  const binding = { kind: "text", fingerprint: "f" };
  const toParts = (text: string) => [text];
  const options = { path: file, binding, toParts, fromParts: ([text]: readonly unknown[]) => String(text) };
  const stored = createStoredFile(options, { files: { ...files, ...given }, clock, logger });
  let failures = 0;
  const save = (to: StoredFile<string>, value: string) => {
    to.save({ value, saved: clock.moment() }, () => failures++);
  };
  return {
    directory,
    file,
    lines,
    stored,
    save: (value: string) => {
      save(stored, value);
    },
    discard: () => {
      stored.discard(() => failures++);
    },
    failures: () => failures,
  };
}

test("a file that is not there is nothing to speak of", async () => {
  const { stored, lines } = storedText();
  expect(await stored.load(() => HOUR_MS)).toBeUndefined();
  expect(lines).toEqual([]);
});

test("what is saved is loaded, with its time, and is one JSON document", async () => {
  const { stored, save, file } = storedText();
  save("one");
  await stored.settled();
  expect(await stored.load(() => HOUR_MS)).toEqual({ value: "one", saved: momentAt(Date.parse(NOW)) });
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: 1, kind: "text", parts: ["one"] });
});

test("while one is written, the latest of those that come is the only one to wait", async () => {
  const renamed: string[] = [];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const rename: Files["rename"] = async (from, to) => {
    renamed.push((JSON.parse(readFileSync(String(from), "utf8")) as { parts: string[] }).parts.join());
    await gate;
    await files.rename(from, to);
  };
  const { stored, save } = storedText({ rename });
  for (const value of ["one", "two", "three"]) save(value);
  release();
  await stored.settled();
  expect(renamed).toEqual(["one", "three"]);
  expect((await stored.load(() => HOUR_MS))?.value).toBe("three");
});

test("what is discarded is not loaded; that there is nothing to discard is nothing to speak of", async () => {
  const { stored, save, discard, directory, file, lines, failures } = storedText();
  save("one");
  discard();
  await stored.settled();
  discard();
  await stored.settled();
  expect(readdirSync(directory)).toEqual([]);
  expect(await stored.load(() => HOUR_MS)).toBeUndefined();
  mkdirSync(file);
  discard();
  await stored.settled();
  expect({ lines, failures: failures() }).toEqual({ lines: [], failures: 0 });
});

describe("a failure", () => {
  test("to discard is told as what it is, also after one to save, and counted", async () => {
    const full = Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
    let isBroken = true;
    const { stored, save, discard, lines, failures } = storedText({
      rename: (...paths) => (isBroken ? Promise.reject(full) : files.rename(...paths)),
      // The temporary file is removed without a word, before each write and after a failed one.
      rm: (path, options) =>
        isBroken && !String(path).endsWith(".tmp") ? Promise.reject(full) : files.rm(path, options),
    });
    for (const change of [
      () => {
        save("one");
      },
      discard,
      discard,
    ]) {
      change();
      await stored.settled();
    }
    isBroken = false;
    discard();
    await stored.settled();
    expect(failures()).toBe(3);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ["warn", "a good poll could not be stored; a restart will show a gap"],
      ["warn", "stored data that is withdrawn could not be removed; a restart will show it for a while"],
      ["info", "stored data that is withdrawn is removed again"],
    ]);
  });

  test("is counted each time, and told once until it is over", async () => {
    const { stored, save, directory, lines, failures } = storedText();
    const attempt = async (value: string) => {
      save(value);
      await stored.settled();
    };
    await attempt("one");
    rmSync(directory, { recursive: true });
    await attempt("two");
    await attempt("three");
    expect(failures()).toBe(2);
    mkdirSync(directory);
    await attempt("four");
    await attempt("five");
    expect(failures()).toBe(2);
    expect(lines.map(({ level, msg, reason }) => [level, msg, reason])).toEqual([
      ["warn", "a good poll could not be stored; a restart will show a gap", "ENOENT: no such file or directory"],
      ["info", "good polls are stored again", undefined],
    ]);
  });

  test("leaves the old file as it was, and nothing beside it", async () => {
    const rename: Files["rename"] = () => Promise.reject(Object.assign(new Error("EIO: i/o error"), { code: "EIO" }));
    const { stored, save, directory, file, lines } = storedText({ rename });
    writeFileSync(file, "old");
    save("one");
    await stored.settled();
    expect(readdirSync(directory)).toEqual([path.basename(file)]);
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(lines[0]?.["reason"]).toBe("EIO: i/o error");
  });

  test("is what a value becomes that could not be read back for its size", async () => {
    const { stored, save, lines, directory } = storedText();
    save("x".repeat(MAX_FILE_BYTES));
    await stored.settled();
    expect(lines[0]?.["reason"]).toBe("is larger than 64 MiB");
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("the temporary file", () => {
  test("that a killed process left is removed when the next one loads", async () => {
    const { stored, file } = storedText();
    writeFileSync(`${file}.tmp`, "half");
    await stored.load(() => HOUR_MS);
    expect(existsSync(`${file}.tmp`)).toBe(false);
  });

  test("is all that a process leaves that is killed before the rename: the old file is whole", async () => {
    const { stored, save, file } = storedText();
    save("old");
    await stored.settled();
    const script = fileURLToPath(new URL("../../support/killed-while-storing.mjs", import.meta.url));
    const { signal, stderr } = spawnSync(process.execPath, [script, file, "new"], { encoding: "utf8" });
    expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
    expect(JSON.parse(readFileSync(`${file}.tmp`, "utf8"))).toMatchObject({ parts: ["new"] });
    expect((await stored.load(() => HOUR_MS))?.value).toBe("old");
    expect(existsSync(`${file}.tmp`)).toBe(false);
    save("newer");
    await stored.settled();
    expect((await stored.load(() => HOUR_MS))?.value).toBe("newer");
  });

  test("never follows a link to another file", async () => {
    const { stored, save, file, directory } = storedText();
    const other = path.join(directory, "other");
    writeFileSync(other, "precious");
    symlinkSync(other, `${file}.tmp`);
    save("one");
    await stored.settled();
    expect(readFileSync(other, "utf8")).toBe("precious");
    expect((await stored.load(() => HOUR_MS))?.value).toBe("one");
  });

  test("is not written to by way of a link that somebody makes in the last moment", async () => {
    const { stored, save, file, directory, lines } = storedText({ rm: () => Promise.resolve() });
    const other = path.join(directory, "other");
    writeFileSync(other, "precious");
    symlinkSync(other, `${file}.tmp`);
    save("one");
    await stored.settled();
    expect(readFileSync(other, "utf8")).toBe("precious");
    expect(lines[0]?.["reason"]).toBe("EEXIST: file already exists");
  });

  test("in whose place stands a directory fails the write, and leaves the old file to be loaded", async () => {
    const { stored, save, file, lines, failures } = storedText();
    save("old");
    await stored.settled();
    mkdirSync(`${file}.tmp`);
    save("new");
    await stored.settled();
    expect(failures()).toBe(1);
    expect((await stored.load(() => HOUR_MS))?.value).toBe("old");
    expect(lines.map(({ level }) => level)).toEqual(["warn", "info"]);
  });
});
