import { fstatSync, writeSync } from "node:fs";
import type { Writable } from "node:stream";
import { isatty } from "node:tty";

/** Resolves when the text is written: with undefined, or with the system's code when it cannot be written. Never rejects. */
export type DataWriter = (text: string) => Promise<string | undefined>;

/** An output stream of the process. Its errors never throw here, and never end the process. */
export interface Output {
  /** Whether a person watches it. */
  readonly isTTY: boolean;
  readonly write: DataWriter;
  /** Resolves when every write has succeeded or failed, with the first failure's code. */
  readonly settled: () => Promise<string | undefined>;
  /** How many texts could not be written. */
  readonly lost: () => number;
}

/** How much may wait in memory for a reader that does not read. Further lines are lost. */
const MAX_WAITING_BYTES = 2 ** 20;

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : error.message;
}

/**
 * Writes completely or fails. A stream to a file would report a write that a full disk cut short as complete.
 * @param endsTorn whether a text that was cut short is ended with a line break before the next, which would otherwise continue its line
 */
function fileWriter(fd: number, endsTorn: boolean): DataWriter {
  let isTorn = false;
  return (text) => {
    const bytes = Buffer.from(isTorn && endsTorn ? `\n${text}` : text);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(fd, bytes, written);
      isTorn = false;
      return Promise.resolve(undefined);
    } catch (error) {
      isTorn ||= written > 0;
      return Promise.resolve(codeOf(error));
    }
  };
}

function streamWriter(stream: Writable): DataWriter {
  return (text) =>
    new Promise((resolve) => {
      stream.write(text, (error) => {
        resolve(error ? codeOf(error) : undefined);
      });
    });
}

/** Pipes, sockets and terminals are written at the pace of their reader; files and devices at once. */
function isStream(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket() || isatty(fd);
}

function createOutput(stream: Writable, fd: number, isLog: boolean): Output {
  // A failure comes to the callback and again as this event, which would end the process if it had no listener. On a file
  // too: Node itself writes its warnings there.
  stream.on("error", () => undefined);
  const write = isStream(fd) ? streamWriter(stream) : fileWriter(fd, isLog);
  let [lost, failure, last]: [number, string | undefined, Promise<unknown>] = [0, undefined, Promise.resolve()];
  const judge = (code: string | undefined) => {
    if (code !== undefined) lost++;
    failure ??= code;
    return code;
  };
  return {
    isTTY: Reflect.get(stream, "isTTY") === true,
    write: (text) => {
      if (isLog && stream.writableLength > MAX_WAITING_BYTES) return Promise.resolve(judge("ENOBUFS"));
      const writing = write(text).then(judge);
      last = writing;
      return writing;
    },
    // Texts go out in order, so the last one is the last to be done.
    settled: () => last.then(() => failure),
    lost: () => lost,
  };
}

/** Makes the output for data: all of it is written, however long the reader takes. */
export function createDataOutput(stream: Writable, fd: number): Output {
  return createOutput(stream, fd, false);
}

/**
 * Makes the output for lines that may be lost, and must not block the process or fill its memory: while a megabyte
 * is waiting, further lines are dropped.
 */
export function createLogOutput(stream: Writable, fd: number): Output {
  return createOutput(stream, fd, true);
}
