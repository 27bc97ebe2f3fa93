import { Writable } from "node:stream";
import { type Logger as PinoLogger, pino } from "pino";
import pretty from "pino-pretty";
import type { LogConfig } from "../config/config.ts";
import type { Redactor } from "../redact.ts";

/** What the program needs of a logger: facts as fields, the message constant. */
export type Logger = Pick<PinoLogger, "debug" | "info" | "warn" | "error">;

/** Where lines go; the process' standard error or a test's buffer. */
export interface LogSink {
  readonly write: (line: string) => unknown;
}

/** Redacts whole lines: whatever a field holds, no key gets past this point. */
function redactingStream(sink: LogSink, redact: Redactor): Writable {
  return new Writable({
    decodeStrings: false,
    write: (line: string | Buffer, _encoding, done) => {
      sink.write(redact(line.toString()));
      done();
    },
  });
}

/** One line per event, JSON or for people. */
export function createLogger({ level, format }: LogConfig, sink: LogSink, redact: Redactor): Logger {
  const stream = redactingStream(sink, redact);
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (format === "json") return pino({ ...options, formatters: { level: (label) => ({ level: label }) } }, stream);
  return pino(options, pretty({ destination: stream, colorize: false, sync: true, singleLine: true }));
}
