import type { LogSink } from "../../src/logger/logger.ts";

/** A place for log lines that a test can look into. */
export interface LogCapture extends LogSink {
  readonly lines: readonly string[];
  /** The lines read as JSON, without their times. */
  readonly records: () => readonly Readonly<Record<string, unknown>>[];
}

/** Makes an empty {@link LogCapture}. */
export function captureLog(): LogCapture {
  const lines: string[] = [];
  const records = () =>
    lines.map((line) => {
      const { time, ...facts } = JSON.parse(line) as Record<string, unknown>;
      return typeof time === "string" ? facts : { time, ...facts };
    });
  return { lines, records, write: (line) => lines.push(line) };
}
