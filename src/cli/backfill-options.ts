import type { Command } from "commander";
import { EARLIEST_DAY, FIRST_DAY, addDays } from "../calendar/windows.ts";
import { day, wholeSeconds } from "../config/units.ts";
import { readerOf } from "../config/values.ts";
import { ConfigError } from "../errors.ts";
import { bad, good, type Reader } from "../result.ts";
import type { Scope } from "../backfill/questions.ts";
import { type Options, addConfigurationOptions, textOption } from "./options.ts";

/** What the command line says of a backfill. Days as `YYYY-MM-DD`. */
export interface BackfillOptions {
  readonly from: string;
  readonly to: string;
  readonly output: string;
  readonly cache: string;
  readonly job: string;
  readonly instance: string;
  readonly stepSeconds: number;
  readonly settleDays: number;
  readonly requestsPerSecond: number;
  readonly scope: Scope;
}

/** Adds what a backfill asks and writes. */
export function addBackfillOptions(command: Command): Command {
  return addConfigurationOptions(command)
    .option("--from <day>", "first day, YYYY-MM-DD (default: 2023-08-01)")
    .option("--to <day>", "last day, YYYY-MM-DD or yesterday (default: yesterday)")
    .requiredOption("--output <file>", "where the OpenMetrics text goes; - for standard output")
    .option("--job <name>", "job label of the live series (default: roboflow)")
    .option("--instance <name>", "instance label of the live series (default: 127.0.0.1:17626)")
    .option("--step <duration>", "from sample to sample within a day, 1m to 1d (default: 1h)")
    .option("--exact", "ask the API for what days do not add up to: a request for each day and window")
    .option("--legacy", "ask the legacy endpoint too: time spent, and days before 2023-08-01")
    .option("--cache <directory>", "where answers are kept (default: the output's name with .cache)")
    .option("--settle <days>", "days younger than this are asked again (default: 14d)")
    .option("--requests-per-second <number>", "requests to the API (default: 2)");
}

const DAY_MS = 86_400_000;

const seconds = readerOf(wholeSeconds("1m", "1d"));
const calendarDay = readerOf(day());
const days = readerOf(wholeSeconds("0s", "365d"));

function remedyFor(earliest: string): string {
  return earliest === FIRST_DAY ? ", or --legacy for days before" : "";
}

function dayReader(today: string, earliest: string): Reader<string> {
  return (written) => {
    const reading = calendarDay(written === "yesterday" ? addDays(today, -1) : written);
    if (!reading.ok) return reading;
    const text = reading.value;
    if (text < earliest)
      return bad(`is before the first day the API knows; use ${earliest} or later${remedyFor(earliest)}`);
    if (text >= today) return bad("is not over yet, and live scrapes cover it; use yesterday or a day before");
    return good(text);
  };
}

function readRate(written: unknown): ReturnType<Reader<number>> {
  const value = /^\d+(\.\d+)?$/.test(String(written)) ? Number(written) : NaN;
  return value >= 0.1 && value <= 1_000 ? good(value) : bad("is not a number from 0.1 to 1000; use one in that range");
}

function readStep(written: unknown): ReturnType<Reader<number>> {
  const reading = seconds(written);
  return reading.ok ? good(reading.value / 1000) : reading;
}

function readDays(written: unknown): ReturnType<Reader<number>> {
  const reading = days(written);
  if (!reading.ok) return reading;
  return reading.value % DAY_MS === 0
    ? good(reading.value / DAY_MS)
    : bad("is not a number of days; write it like 14d");
}

function readLabel(written: unknown): ReturnType<Reader<string>> {
  return typeof written === "string" && written !== "" ? good(written) : bad("is empty; give the label's value");
}

/** Nothing is kept next to a device or an open file: there is no such place. */
const NO_PLACE = /^\/(dev|proc)\//;

/**
 * Reads the options of `backfill`.
 * @param today the present day in the workspace's zone
 * @throws ConfigError with everything that is wrong with them
 */
export function backfillOptions(options: Options, today: string): BackfillOptions {
  const problems: string[] = [];
  const scope = { exact: options["exact"] === true, legacy: options["legacy"] === true };
  const readDay = dayReader(today, scope.legacy ? EARLIEST_DAY : FIRST_DAY);
  const read = <T>(flag: string, name: string, reader: Reader<T>, otherwise: string): T | undefined => {
    const text = textOption(options, name) ?? otherwise;
    const reading = reader(text);
    if (!reading.ok) problems.push(`--${flag}: ${JSON.stringify(text)} ${reading.problem}`);
    return reading.ok ? reading.value : undefined;
  };
  const given = read("output", "output", readLabel, "");
  const output = given === "-" ? "/dev/fd/1" : given;
  if (NO_PLACE.test(output ?? "") && textOption(options, "cache") === undefined)
    problems.push(
      `--cache: is not given, and no directory can be made next to ${JSON.stringify(given)}; give a directory`,
    );
  const values = {
    from: read("from", "from", readDay, FIRST_DAY),
    to: read("to", "to", readDay, "yesterday"),
    output,
    cache: read("cache", "cache", readLabel, `${output ?? ""}.cache`),
    job: read("job", "job", readLabel, "roboflow"),
    instance: read("instance", "instance", readLabel, "127.0.0.1:17626"),
    stepSeconds: read("step", "step", readStep, "1h"),
    settleDays: read("settle", "settle", readDays, "14d"),
    requestsPerSecond: read("requests-per-second", "requestsPerSecond", readRate, "2"),
    scope,
  };
  if (values.from !== undefined && values.to !== undefined && values.from > values.to)
    problems.push(`--from: "${values.from}" is after --to ${values.to}; exchange them`);
  if (!isComplete(values)) throw new ConfigError(problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return values;
}

function isComplete<T extends object>(values: T): values is { [K in keyof T]: NonNullable<T[K]> } & T {
  return Object.values(values).every((value) => value !== undefined);
}
