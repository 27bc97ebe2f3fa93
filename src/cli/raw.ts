import type { Config, WorkspaceConfig } from "../config/config.ts";
import { ConfigError } from "../errors.ts";
import { type RawRequest, endingText, exitStatus, exportRaw } from "../raw/export-raw.ts";
import { rangeOfDays } from "../raw/request.ts";
import { type Redactor, createRedactor } from "../redact.ts";
import { oneWorkspace, readConfig, secretsOf } from "./configuration.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { createRowProgress } from "./progress.ts";
import { type RawOptions, readRawOptions } from "./raw-options.ts";

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

async function writeRaw(config: Config, options: RawOptions, redact: Redactor, host: Host): Promise<number> {
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
