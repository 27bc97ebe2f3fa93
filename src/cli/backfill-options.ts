import type { Command } from "commander";
import { FIRST_DAY, addDays } from "../calendar/windows.ts";
import { day, wholeSeconds } from "../config/units.ts";
import { readerOf } from "../config/values.ts";
import { ConfigError } from "../errors.ts";
import { bad, good, type Reader } from "../result.ts";
import type { HistorySource } from "../backfill/questions.ts";
import { SOURCES } from "../sources/sources.ts";
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
  /** The sources that are asked, the most important first. */
  readonly sources: readonly HistorySource[];
  readonly exact: boolean;
}

/** Every source that has a past. */
const ALL: readonly HistorySource[] = SOURCES.flatMap(({ name, history }) => (history ? [{ name, history }] : []));

function addSourceFlags(command: Command): Command {
  for (const { name, history } of ALL) if (history.flag !== undefined) command.option(`--${name}`, history.flag);
  return command;
}

/** Adds what a backfill asks and writes. */
export function addBackfillOptions(command: Command): Command {
  const asking = addConfigurationOptions(command)
    .option("--from <day>", `first day, YYYY-MM-DD (default: ${FIRST_DAY})`)
    .option("--to <day>", "last day, YYYY-MM-DD or yesterday (default: yesterday)")
    .requiredOption("--output <file>", "where the OpenMetrics text goes; - for standard output")
    .option("--job <name>", "job label of the live series (default: roboflow)")
    .option("--instance <name>", "instance label of the live series (default: 127.0.0.1:17626)")
    .option("--step <duration>", "time between two samples of a day, 1m to 1d (default: 1h)")
    .option("--exact", "also request what days do not add up to: one more request per day and window");
  return addSourceFlags(asking)
    .option("--cache <directory>", "where responses are kept (default: the output's name with .cache)")
    .option("--settle <days>", "days younger than this are requested again (default: 14d)")
    .option("--requests-per-second <number>", "maximum rate of requests to the API (default: 2)");
}

const DAY_MS = 86_400_000;

const seconds = readerOf(wholeSeconds("1m", "1d"));
const calendarDay = readerOf(day());
const days = readerOf(wholeSeconds("0s", "365d"));

/** The sources that are asked: those without a flag, and those whose flag is given. */
function askedSources(options: Options): readonly HistorySource[] {
  return ALL.filter(({ name, history }) => history.flag === undefined || options[name] === true);
}

function earliestOf(sources: readonly HistorySource[]): string {
  return sources.map(({ history }) => history.firstDay).reduce((first, one) => (one < first ? one : first));
}

function remedyFor(earliest: string): string {
  const earlier = ALL.find(({ history }) => history.firstDay < earliest);
  return earlier ? `, or --${earlier.name} for days before` : "";
}

function dayReader(today: string, earliest: string): Reader<string> {
  return (written) => {
    const reading = calendarDay(written === "yesterday" ? addDays(today, -1) : written);
    if (!reading.ok) return reading;
    const text = reading.value;
    if (text < earliest)
      return bad(`is before the first day that the API has; use ${earliest} or later${remedyFor(earliest)}`);
    if (text >= today) return bad("is not finished; live scrapes cover it. Use yesterday or earlier");
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
  return typeof written === "string" && written !== "" ? good(written) : bad("is empty; give a value");
}

/** No directory can be made next to a device or an open file. */
const NO_PLACE = /^\/(dev|proc)\//;

/** Reads options one by one, and collects what is wrong with them. */
function optionReader(options: Options) {
  const problems: string[] = [];
  const read = <T>(name: string, reader: Reader<T>, otherwise: string): T | undefined => {
    const key = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const text = textOption(options, key) ?? otherwise;
    const reading = reader(text);
    if (!reading.ok) problems.push(`--${name}: ${JSON.stringify(text)} ${reading.problem}`);
    return reading.ok ? reading.value : undefined;
  };
  return { problems, read };
}

/** Where the text and the responses go. */
function readPlaces(options: Options, { problems, read }: ReturnType<typeof optionReader>) {
  const given = read("output", readLabel, "");
  const output = given === "-" ? "/dev/fd/1" : given;
  if (NO_PLACE.test(output ?? "") && textOption(options, "cache") === undefined)
    problems.push(
      `--cache: is not given, and no directory can be made next to ${JSON.stringify(given)}; give a directory`,
    );
  return { output, cache: read("cache", readLabel, `${output ?? ""}.cache`) };
}

/**
 * Reads the options of `backfill`.
 * @param today the present day in the workspace's zone
 * @throws ConfigError with everything that is wrong with them
 */
export function backfillOptions(options: Options, today: string): BackfillOptions {
  const { problems, read } = optionReader(options);
  const sources = askedSources(options);
  const readDay = dayReader(today, earliestOf(sources));
  const values = {
    from: read("from", readDay, FIRST_DAY),
    to: read("to", readDay, "yesterday"),
    ...readPlaces(options, { problems, read }),
    job: read("job", readLabel, "roboflow"),
    instance: read("instance", readLabel, "127.0.0.1:17626"),
    stepSeconds: read("step", readStep, "1h"),
    settleDays: read("settle", readDays, "14d"),
    requestsPerSecond: read("requests-per-second", readRate, "2"),
    ...{ sources, exact: options["exact"] === true },
  };
  if (values.from !== undefined && values.to !== undefined && values.from > values.to)
    problems.push(`--from: "${values.from}" is after --to ${values.to}; exchange them`);
  if (!isComplete(values) || problems.length > 0) throw new ConfigError(problems);
  return values;
}

function isComplete<T extends object>(values: T): values is { [K in keyof T]: NonNullable<T[K]> } & T {
  return Object.values(values).every((value) => value !== undefined);
}
