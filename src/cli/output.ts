import { fstatSync, writeSync } from "node:fs";
import type { Writable } from "node:stream";
import { isatty } from "node:tty";

/** Resolves when the text is out: with undefined, or with the system's code when it cannot be written. Never rejects. */
export type DataWriter = (text: string) => Promise<string | undefined>;

/** One of the process' streams for what it writes. Whatever happens to it, nothing here throws or ends the process. */
export interface Output {
  /** Whether a person watches it. */
  readonly isTTY: boolean;
  readonly write: DataWriter;
  /** Resolves when all that was written is out or has failed, with the first failure's code. */
  readonly settled: () => Promise<string | undefined>;
  /** How many texts could not be written. */
  readonly lost: () => number;
}

/** As much as waits in memory for a reader who does not read. What comes then is lost. */
const MAX_WAITING_BYTES = 2 ** 20;

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : error.message;
}

/**
 * Whole, or with an error: a stream onto a file takes a write that a full disk cut short for a whole one.
 * @param endsTorn whether a text that was cut short is ended before the next, which would else continue its line
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

/** Pipes, sockets and terminals are written at the pace of who reads them; files and devices at once. */
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

/** Makes the output for data: all of it goes out, however long the reader takes. */
export function createDataOutput(stream: Writable, fd: number): Output {
  return createOutput(stream, fd, false);
}

/**
 * Makes the output for lines that may be lost, and must not hold up or fill the process: what finds a megabyte waiting
 * is dropped.
 */
export function createLogOutput(stream: Writable, fd: number): Output {
  return createOutput(stream, fd, true);
}
