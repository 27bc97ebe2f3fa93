import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createDataOutput, createLogOutput } from "../../../src/cli/output.ts";
import { openPipe } from "../../support/pipe.ts";

function openFile(file: string, flags: string): number {
  const fd = openSync(file, flags);
  onTestFinished(() => {
    closeSync(fd);
  });
  return fd;
}

function openTemporary(flags: string): { readonly file: string; readonly fd: number } {
  const folder = mkdtempSync(path.join(tmpdir(), "roboflow-output-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, "file");
  closeSync(openSync(file, "w"));
  return { file, fd: openFile(file, flags) };
}

function brokenStream(error: Error): PassThrough {
  return new PassThrough({
    write: (_chunk, _encoding, done) => {
      done(error);
    },
  });
}

test("a text to a pipe is out once the reader has taken it", async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const output = createDataOutput(stream, openPipe());
  let isOut = false;
  void output.settled();
  const writing = output.write("text").then((code) => {
    isOut = true;
    return code;
  });
  await nextTurn();
  expect(isOut).toBe(false);
  expect(String(stream.read())).toBe("text");
  expect([await writing, await output.settled(), output.lost()]).toEqual([undefined, undefined, 0]);
});

test("a pipe that fails gives the code, or what else it says, and ends nothing", async () => {
  const pipe = openPipe();
  const reset = Object.assign(new Error("reset"), { code: "EPIPE" });
  const output = createDataOutput(brokenStream(reset), pipe);
  expect([await output.write("one"), await output.write("two")]).toEqual(["EPIPE", expect.any(String)]);
  expect(await output.settled()).toBe("EPIPE");
  expect(output.lost()).toBe(2);
  expect(await createDataOutput(brokenStream(new Error("out of ink")), pipe).write("text")).toBe("out of ink");
});

test("texts to a file follow each other in it", async () => {
  const { file, fd } = openTemporary("a");
  const output = createDataOutput(new PassThrough(), fd);
  expect([await output.write("one\n"), await output.write("two\n")]).toEqual([undefined, undefined]);
  expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
});

test("a file or a device that cannot be written gives the code, and the first one at the end", async () => {
  const file = createDataOutput(new PassThrough(), openTemporary("r").fd);
  expect(await file.write("text")).toBe("EBADF");
  const device = createDataOutput(new PassThrough(), openFile("/dev/full", "w"));
  void device.write("one");
  void device.write("two");
  expect([await device.settled(), device.lost()]).toEqual(["ENOSPC", 2]);
});

test("a log without a reader holds a megabyte of lines, and counts those that came then", async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const log = createLogOutput(stream, openPipe());
  const line = `${"x".repeat(999)}\n`;
  for (let written = 0; written < 5_000; written++) void log.write(line);
  expect(stream.writableLength).toBeLessThan(1.1 * 2 ** 20);
  await nextTurn();
  const lost = log.lost();
  expect(lost).toBeGreaterThan(3_900);
  const kept = stream.setEncoding("utf8").toArray();
  await log.settled();
  void log.write("room again\n");
  stream.end();
  const text = (await kept).join("");
  expect(text).toBe(`${line.repeat(5_000 - lost)}room again\n`);
});
