import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
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
  const sibling = () => ({ stored: createStoredFile(options, { files: { ...files, ...given }, clock, logger }) });
  const { stored } = sibling();
  let failures = 0;
  const save = (to: StoredFile<string>, value: string) => {
    to.save({ value, saved: clock.moment() }, () => failures++);
  };
  return {
    directory,
    file,
    lines,
    stored,
    /** As another process would have it. */
    sibling,
    save: (value: string) => {
      save(stored, value);
    },
    discard: () => {
      stored.discard(() => failures++);
    },
    failures: () => failures,
  };
}

test("a missing file is not logged", async () => {
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

test("during a write only the latest of the following ones waits", async () => {
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

test("what is discarded is not loaded; discarding nothing is not logged", async () => {
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
  test("to discard has a log line of its own, also after a failure to save, and is counted", async () => {
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

  test("is counted each time, and logged once until it is over", async () => {
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

  test("leaves the old file unchanged, and no other file", async () => {
    const rename: Files["rename"] = () => Promise.reject(Object.assign(new Error("EIO: i/o error"), { code: "EIO" }));
    const { stored, save, directory, file, lines } = storedText({ rename });
    writeFileSync(file, "old");
    save("one");
    await stored.settled();
    expect(readdirSync(directory)).toEqual([path.basename(file)]);
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(lines[0]?.["reason"]).toBe("EIO: i/o error");
  });

  test("follows from a value that is too large to be read back", async () => {
    const { stored, save, lines, directory } = storedText();
    save("x".repeat(MAX_FILE_BYTES));
    await stored.settled();
    expect(lines[0]?.["reason"]).toBe("is larger than 64 MiB");
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("the temporary file", () => {
  const temporaries = (directory: string) => readdirSync(directory).filter((name) => name.endsWith(".tmp"));

  test("of a killed process is removed at the next load, unless it may still be written", async () => {
    const { stored, file, directory } = storedText();
    const [old, young, other] = [`${file}.0123456789ab.tmp`, `${file}.ba9876543210.tmp`, `${file}.notes.tmp`];
    for (const each of [old, young, other]) writeFileSync(each, "half");
    // By the file system's clock: that of the process may be another.
    const minutesAgo = (minutes: number) => new Date(statSync(directory).mtimeMs - minutes * 60_000);
    utimesSync(old, minutesAgo(11), minutesAgo(11));
    utimesSync(other, minutesAgo(11), minutesAgo(11));
    utimesSync(young, minutesAgo(9), minutesAgo(9));
    await stored.load(() => HOUR_MS);
    expect(readdirSync(directory).sort()).toEqual([young, other].map((each) => path.basename(each)).sort());
  });

  test("is all that a process killed before the rename leaves: the old file is complete", async () => {
    const { stored, save, file, directory } = storedText();
    save("old");
    await stored.settled();
    const script = fileURLToPath(new URL("../../support/killed-while-storing.mjs", import.meta.url));
    const { signal, stderr } = spawnSync(process.execPath, [script, file, "new"], { encoding: "utf8" });
    expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
    const [left = "", ...more] = temporaries(directory);
    expect(more).toEqual([]);
    expect(JSON.parse(readFileSync(path.join(directory, left), "utf8"))).toMatchObject({ parts: ["new"] });
    expect((await stored.load(() => HOUR_MS))?.value).toBe("old");
    save("newer");
    await stored.settled();
    expect((await stored.load(() => HOUR_MS))?.value).toBe("newer");
  });

  test("has a name of its own each time, so two processes can write one file at once", async () => {
    const opened: string[] = [];
    let release: () => void = () => undefined;
    const bothOpen = new Promise<void>((resolve) => (release = resolve));
    const open: Files["open"] = async (file, ...rest) => {
      const handle = await files.open(file, ...rest);
      if (String(file).endsWith(".tmp") && opened.push(String(file)) === 2) release();
      return handle;
    };
    const rename: Files["rename"] = (from, to) => bothOpen.then(() => files.rename(from, to));
    const one = storedText({ open, rename });
    const { stored: other } = one.sibling();
    one.save("one");
    other.save({ value: "other", saved: momentAt(Date.parse(NOW)) }, () => {
      throw new Error("the other failed");
    });
    await Promise.all([one.stored.settled(), other.settled()]);
    expect(new Set(opened).size).toBe(2);
    expect(one.failures()).toBe(0);
    expect(["one", "other"]).toContain((await one.stored.load(() => HOUR_MS))?.value);
    expect(temporaries(one.directory)).toEqual([]);
  });

  test("is a new file for this user alone, never written through a link", async () => {
    const flags: unknown[] = [];
    const open: Files["open"] = (file, ...rest) => {
      if (String(file).endsWith(".tmp")) flags.push(rest);
      return files.open(file, ...rest);
    };
    const { stored, save, file } = storedText({ open });
    save("one");
    await stored.settled();
    expect(flags).toEqual([["wx", 0o600]]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
