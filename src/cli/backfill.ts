import { type Ask, createClient } from "../roboflow/client.ts";
import { fetchWorkspaceName } from "../roboflow/workspaces.ts";
import { withDispatcher } from "../roboflow/dispatcher.ts";
import { type BackfillDeps, backfill } from "../backfill/backfill.ts";
import { throwFileProblem } from "../backfill/file-problem.ts";
import { createPace } from "../backfill/pace.ts";
import { type Period, questionsOf } from "../backfill/questions.ts";
import { type BackfillResult, describeResult } from "../backfill/summary.ts";
import { type OutputFile, openOutput } from "../backfill/write-file.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { Config, WorkspaceConfig } from "../config/config.ts";
import { ApiError, ConfigError } from "../errors.ts";
import { type Redactor, createRedactor } from "../redact.ts";
import { openCacheRoot, openCaches } from "./backfill-caches.ts";
import { type BackfillOptions, backfillOptions } from "./backfill-options.ts";
import { oneWorkspace, readConfig, secretsOf } from "./configuration.ts";
import type { Host } from "./host.ts";
import { type Options, textOption } from "./options.ts";
import { createByteProgress, createProgress } from "./progress.ts";

const INCOMPLETE = 2;
const ignore = () => undefined;

/** The client, held back to so many requests a second. */
function paced(ask: Ask, perSecond: number, { clock }: Host): Ask {
  const turn = createPace(perSecond, clock);
  return async (request, signal) => {
    await turn(signal);
    return ask(request, signal);
  };
}

function announce(total: number, options: BackfillOptions, { stderr }: Host): void {
  const minutes = Math.ceil(total / options.requestsPerSecond / 60);
  stderr.write(
    `${total} answers are needed, from the cache ${options.cache} or from the API: up to ${minutes} min at ${options.requestsPerSecond} requests a second.\n`,
  );
}

interface Work {
  readonly config: Config;
  readonly chosen: WorkspaceConfig;
  readonly options: BackfillOptions;
  readonly file: OutputFile;
}

async function askAndWrite(
  ask: Ask,
  redact: Redactor,
  { config, chosen, options, file }: Work,
  host: Host,
): Promise<BackfillResult> {
  const workspace = chosen.name ?? (await fetchWorkspaceName(ask, redact, host.stop));
  const period: Period = { from: options.from, to: options.to, windows: chosen.windows };
  const total = [...questionsOf(period, options.scope)].length;
  announce(total, options, host);
  const asked = createProgress(total, "answers", host.stderr, host.clock);
  const written = createByteProgress(host.stderr, host.clock);
  const deps: BackfillDeps = {
    ask: paced(ask, options.requestsPerSecond, host),
    caches: await openCaches(workspace, config, chosen, options, host),
    file,
    clock: host.clock,
    signal: host.stop,
    onAnswer: asked.show,
    onWritten: written.show,
  };
  const request = { ...options, workspace, config: chosen, people: config.people, period };
  return backfill(request, deps).finally(() => {
    asked.clear();
    written.clear();
  });
}

/** Opens the output before anything is asked: hours later would be late for what is wrong with it. */
async function openFile({ output }: BackfillOptions, { files, stop }: Host): Promise<OutputFile> {
  const opening = openOutput(output, { files, signal: stop });
  return opening.catch((error: unknown) => throwFileProblem("--output", output, error));
}

async function runOne(config: Config, chosen: WorkspaceConfig, options: BackfillOptions, host: Host): Promise<void> {
  const redact = createRedactor(secretsOf(config));
  const observer = { onRequest: ignore, onRetry: ignore };
  const file = await openFile(options, host);
  try {
    await openCacheRoot(options.cache, host.files);
    const result = await withDispatcher(host.env, (dispatcher) => {
      const deps = { ...host, dispatcher, redact, observer };
      const ask = createClient({ ...chosen.api, apiKey: chosen.apiKey, seriesLimit: chosen.seriesLimit }, deps);
      return askAndWrite(ask, redact, { config, chosen, options, file }, host);
    });
    // Not into what was written.
    const { write } = file.isStandardOutput ? host.stderr : host.stdout;
    write(describeResult(result));
  } finally {
    await file.close();
  }
}

/** Writes the history before the first scrape to a file for promtool. */
export async function runBackfill(given: Options, host: Host): Promise<number> {
  const config = readConfig(given, host);
  try {
    return await runWith(config, given, host);
  } catch (error) {
    // A key may have been given in a wrong place, and a message shows what was given.
    const redact = createRedactor(secretsOf(config));
    throw error instanceof ConfigError ? new ConfigError(error.problems.map(redact)) : error;
  }
}

async function runWith(config: Config, given: Options, host: Host): Promise<number> {
  const chosen = oneWorkspace(config, textOption(given, "workspace"));
  const options = backfillOptions(given, calendarDay(host.clock.now(), chosen.poll.timezone));
  try {
    await runOne(config, chosen, options, host);
    return 0;
  } catch (error) {
    if (!(error instanceof ApiError) && !host.stop.aborted) throw error;
    const why = host.stop.aborted || !(error instanceof Error) ? "stopped" : error.message;
    host.stderr.write(
      `${why}\nNothing is lost: the answers are in ${options.cache}; the same command goes on from there.\n`,
    );
    return INCOMPLETE;
  }
}
