import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createTextReader } from "../../../src/cli/signals.ts";

/** A reader that notes how often it may have been blocked, and a directory for its files. */
function createReader() {
  const directory = mkdtempSync(path.join(tmpdir(), "text-file-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const blocked = { times: 0 };
  const whileBlocked = <T>(act: () => T): T => {
    blocked.times++;
    return act();
  };
  return { read: createTextReader({ whileBlocked }), blocked, fileOf: (name: string) => path.join(directory, name) };
}

test("a regular file is read whole, without giving way to signals", () => {
  const { read, blocked, fileOf } = createReader();
  writeFileSync(fileOf("empty"), "");
  writeFileSync(fileOf("text"), "größer\n");
  expect([read(fileOf("empty")), read(fileOf("text"))]).toEqual(["", "größer\n"]);
  expect(blocked.times).toBe(0);
});

test("a file of more than 2 MiB is cut there, and so is a device that never ends", () => {
  const { read, blocked, fileOf } = createReader();
  writeFileSync(fileOf("long"), "x".repeat(3 * 2 ** 20));
  expect(read(fileOf("long"))).toHaveLength(2 * 2 ** 20);
  expect(read("/dev/zero")).toHaveLength(2 * 2 ** 20);
  expect(blocked.times).toBe(1);
});

test("a file that is not there throws what the system says", () => {
  const { read, fileOf } = createReader();
  expect(() => read(fileOf("nothing"))).toThrow(/^ENOENT/);
});
