import { fstatSync, writeFileSync } from "node:fs";
import type { Writable } from "node:stream";

/** Resolves when the text is out: with undefined, or with the system's code when it cannot be written. */
export type DataWriter = (text: string) => Promise<string | undefined>;

function codeOf(error: Error): string {
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : error.message;
}

/** Whole, or with an error: a stream onto a file takes a write that a full disk cut short for a whole one. */
function writeToFile(fd: number, text: string): string | undefined {
  try {
    writeFileSync(fd, text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? codeOf(error) : String(error);
  }
}

/** Makes what writes to a stream at the pace of whoever reads it. */
export function createStreamWriter(stream: Writable): DataWriter {
  // A failure comes to the callback and again as this event, which would end the process if nobody heard it.
  stream.on("error", () => undefined);
  return (text) =>
    new Promise((resolve) => {
      stream.write(text, (error) => {
        resolve(error ? codeOf(error) : undefined);
      });
    });
}

/** Makes what writes to one of the process' streams, whose descriptor is given too. */
export function createDataWriter(stream: Writable, fd: number): DataWriter {
  if (!fstatSync(fd).isFile()) return createStreamWriter(stream);
  return (text) => Promise.resolve(writeToFile(fd, text));
}
