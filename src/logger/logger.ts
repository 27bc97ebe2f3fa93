import { Writable } from "node:stream";
import { type Logger as PinoLogger, pino } from "pino";
import pretty from "pino-pretty";
import type { LogConfig } from "../config/config.ts";
import { type Redactor, redactLine } from "../redact.ts";

/** What the program needs of a logger: facts as fields, the message constant. */
export type Logger = Pick<PinoLogger, "debug" | "info" | "warn" | "error">;

/** Where lines go; the process' standard error or a test's buffer. */
export interface LogSink {
  readonly write: (line: string) => unknown;
}

function streamTo(write: (line: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write: (line: string | Buffer, _encoding, done) => {
      write(line.toString());
      done();
    },
  });
}

function prettySink(sink: LogSink): LogSink {
  const destination = streamTo((line) => sink.write(line));
  return pretty({ destination, colorize: false, sync: true, singleLine: true });
}

/** One line per event, JSON or for people. */
export function createLogger({ level, format }: LogConfig, sink: LogSink, redact: Redactor): Logger {
  const target = format === "json" ? sink : prettySink(sink);
  // Whole lines, before they are made pretty: whatever a field holds, no key gets past this point.
  const stream = streamTo((line) => target.write(redactLine(line, redact)));
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (format === "pretty") return pino(options, stream);
  return pino({ ...options, formatters: { level: (label) => ({ level: label }) } }, stream);
}
