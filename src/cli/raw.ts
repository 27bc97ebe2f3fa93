import type { Command } from "commander";
import { EARLIEST_DAY } from "../calendar/windows.ts";
import type { Config, WorkspaceConfig } from "../config/config.ts";
import { showValue } from "../config/messages.ts";
import { day } from "../config/units.ts";
import { integerText, name, readerOf } from "../config/values.ts";
import { ConfigError } from "../errors.ts";
import { hint } from "../nearest.ts";
import { type RawRequest, endingText, exitStatus, exportRaw } from "../raw/export-raw.ts";
import { FORMAT_NAMES, type FormatName } from "../raw/formats.ts";
import { rangeOfDays } from "../raw/request.ts";
import { type Redactor, createRedactor } from "../redact.ts";
import { createLanes } from "../roboflow/lane.ts";
import { bad, good, type Reader } from "../result.ts";
import { oneWorkspace, readConfig, secretsOf } from "./configuration.ts";
import type { Host } from "./host.ts";
import { addConfigurationFlags, type Options, textOption } from "./options.ts";
import { createRowProgress } from "./progress.ts";

/** The options of `raw`; what is undefined was not given. */
interface RawOptions {
  readonly workspace: string | undefined;
  readonly project: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly format: FormatName | undefined;
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}

const AFTER_HELP = `
An interrupted run prints the --offset to resume from: repeat the command with it, the other options unchanged, and append
the output. Request days that are over: rows that are added or removed meanwhile shift the others.

Exit status: 0 complete, 1 failed before anything was written, 2 incomplete.`;

/** Adds the options of `raw`. */
export function addRawOptions(command: Command): Command {
  return addConfigurationFlags(command)
    .option("--workspace <name>", "one of the configured workspaces; needed when there are several")
    .option("--project <id>", "only this project: its opaque id, not its slug (default: all)")
    .option("--from <day>", `first calendar day in poll.timezone, YYYY-MM-DD (default: ${EARLIEST_DAY})`)
    .option("--to <day>", "last calendar day, included (default: today)")
    .option("--format <format>", "ndjson, csv, or csv-safe for spreadsheets, which has no formulas (default: ndjson)")
    .option("--limit <number>", "rows per request, 1 to 10000; the API may give fewer (default: 1000)")
    .option("--offset <number>", "rows to skip at the start; the CSV header is skipped too (default: 0)")
    .addHelpText("after", AFTER_HELP);
}

const readDay = readerOf(day());
const readName = readerOf(name());

const readFormat: Reader<FormatName> = (written) => {
  const format = FORMAT_NAMES.find((name) => name === written);
  return format ? good(format) : bad(`is not a format; ${hint(String(written), FORMAT_NAMES, "--help")}`);
};

/**
 * Reads the options of `raw`.
 * @throws ConfigError with every problem found
 */
function readRawOptions(options: Options): RawOptions {
  const problems: string[] = [];
  const read = <T>(name: string, reader: Reader<T>): T | undefined => {
    const text = textOption(options, name);
    const reading = text === undefined ? undefined : reader(text);
    if (reading === undefined || reading.ok) return reading?.value;
    problems.push(`--${name}: ${showValue(text)} ${reading.problem}`);
    return undefined;
  };
  const values: RawOptions = {
    workspace: read("workspace", readName),
    project: read("project", readName),
    from: read("from", readDay),
    to: read("to", readDay),
    format: read("format", readFormat),
    limit: read("limit", readerOf(integerText(1, 10_000))),
    offset: read("offset", readerOf(integerText(0, 999_999_999))),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return values;
}

const DEFAULT_LIMIT = 1000;

/** A workspace without a name is the only one; its key decides which it is. */
function chooseWorkspace(config: Config, wanted: string | undefined): WorkspaceConfig {
  const isNameless = config.workspaces.some(({ name }) => name === undefined);
  return oneWorkspace(config, isNameless ? undefined : wanted);
}

function requestFor({ name, poll }: WorkspaceConfig, options: RawOptions, nowMs: number): RawRequest {
  return {
    ...rangeOfDays(options, poll.timezone, nowMs),
    ...(options.project === undefined ? {} : { projectId: options.project }),
    format: options.format ?? "ndjson",
    limit: options.limit ?? DEFAULT_LIMIT,
    offset: options.offset ?? 0,
    expectedWorkspace: name === undefined ? options.workspace : undefined,
  };
}

const HIDDEN =
  "people.identity: hmac hides people, and raw rows hold their ids and addresses; run it with a configuration without it";

async function writeRaw(config: Config, options: RawOptions, redact: Redactor, host: Host): Promise<number> {
  if (config.people.hmacKey !== undefined) throw new ConfigError([HIDDEN]);
  const workspace = chooseWorkspace(config, options.workspace);
  const request = requestFor(workspace, options, host.clock.now());
  const progress = createRowProgress(host);
  let written = 0;
  const say = (line: string) => {
    progress.clear();
    host.stderr.write(`${redact(line)}\n`);
  };
  const ending = await exportRaw(workspace, request, {
    ...host,
    redact,
    enter: createLanes(() => config.requests, host.clock)(workspace).enter,
    write: host.writeData,
    onWritten: (rows) => {
      written = rows;
      progress.show(rows);
    },
    onRetry: (message, delayMs) => {
      say(`${message}; asking again in ${(delayMs / 1000).toFixed(1)} s`);
    },
  });
  progress.clear();
  const extent = { start: request.offset, written };
  for (const line of endingText(ending, extent)) say(line);
  return exitStatus(ending, extent);
}

/** Writes a workspace's raw rows to standard output. */
export async function runRaw(options: Options, host: Host): Promise<number> {
  const config = readConfig(options, host);
  const redact = createRedactor(secretsOf(config));
  try {
    return await writeRaw(config, readRawOptions(options), redact, host);
  } catch (error) {
    // A key may have been given in a wrong place, and a message shows what was given.
    throw error instanceof ConfigError ? new ConfigError(error.problems.map(redact)) : error;
  }
}
