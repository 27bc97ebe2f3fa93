import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createDataWriter, createStreamWriter } from "../../../src/cli/data-writer.ts";

function openTemporary(flags: string): { readonly file: string; readonly fd: number } {
  const folder = mkdtempSync(path.join(tmpdir(), "roboflow-writer-"));
  const file = path.join(folder, "file");
  closeSync(openSync(file, "w"));
  const fd = openSync(file, flags);
  onTestFinished(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  return { file, fd };
}

test("a text is out once the reader has taken it", async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  let isOut = false;
  const writing = createStreamWriter(stream)("text").then((code) => {
    isOut = true;
    return code;
  });
  await nextTurn();
  expect(isOut).toBe(false);
  expect(String(stream.read())).toBe("text");
  expect(await writing).toBeUndefined();
});

test("a stream that fails tells the code, or what else it says, and ends nothing", async () => {
  const broken = (error: Error) =>
    new PassThrough({
      write: (_chunk, _encoding, done) => {
        done(error);
      },
    });
  const reset = Object.assign(new Error("reset"), { code: "EPIPE" });
  expect(await createStreamWriter(broken(reset))("text")).toBe("EPIPE");
  expect(await createStreamWriter(broken(new Error("out of ink")))("text")).toBe("out of ink");
});

test("texts to a file follow each other in it", async () => {
  const { file, fd } = openTemporary("a");
  const write = createDataWriter(new PassThrough(), fd);
  expect([await write("one\n"), await write("two\n")]).toEqual([undefined, undefined]);
  expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
});

test("a file that cannot be written tells the code", async () => {
  const { fd } = openTemporary("r");
  expect(await createDataWriter(new PassThrough(), fd)("text")).toBe("EBADF");
});

test("what is no file is written as a stream", async () => {
  const stream = new PassThrough();
  const device = openSync("/dev/null", "w");
  expect(await createDataWriter(stream, device)("text")).toBeUndefined();
  closeSync(device);
  expect(String(stream.read())).toBe("text");
});
