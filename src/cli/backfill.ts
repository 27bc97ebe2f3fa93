import { type BackfillDeps, backfill } from "../backfill/backfill.ts";
import { openCacheRoot, openDayCache, throwFileProblem } from "../backfill/day-cache.ts";
import type { CachedSource } from "../backfill/learn.ts";
import { type Period, questionsOf } from "../backfill/questions.ts";
import { type BackfillResult, announcement, describeResult } from "../backfill/report.ts";
import { type OutputFile, openOutput } from "../backfill/write-file.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { Config, WorkspaceConfig } from "../config/config.ts";
import { ApiError, ConfigError } from "../errors.ts";
import { type Redactor, createRedactor } from "../redact.ts";
import { type Ask, createClient } from "../roboflow/client.ts";
import { withDispatcher } from "../roboflow/dispatcher.ts";
import { createLanes } from "../roboflow/lane.ts";
import { fetchWorkspaceName } from "../roboflow/workspaces.ts";
import { type BackfillOptions, backfillOptions } from "./backfill-options.ts";
import { oneWorkspace, readConfig, secretsOf } from "./configuration.ts";
import type { Host } from "./host.ts";
import { type Options, textOption } from "./options.ts";
import { createByteProgress, createProgress } from "./progress.ts";

const INCOMPLETE = 2;
const ignore = () => undefined;

interface Work {
  readonly config: Config;
  readonly chosen: WorkspaceConfig;
  readonly options: BackfillOptions;
  /** How many responses there are so far. */
  readonly kept: { count: number };
}

interface Access {
  readonly ask: Ask;
  readonly redact: Redactor;
  readonly file: OutputFile;
}

/** Opens what is kept of each source that is asked. */
async function openSources(workspace: string, work: Work, { files, stderr }: Host): Promise<readonly CachedSource[]> {
  const { config, chosen, options } = work;
  const { sources, exact, cache: root } = options;
  const settings = { config: chosen, people: config.people, exact };
  const onRefused = (file: string, why: string) => stderr.write(`${file} ${why}; it is requested again\n`);
  const place = { root, workspace, settings, files, onRefused };
  const opened: CachedSource[] = [];
  for (const source of sources) opened.push({ ...source, cache: await openDayCache(source, place) });
  return opened;
}

async function askAndWrite({ ask, redact, file }: Access, work: Work, host: Host): Promise<BackfillResult> {
  const { config, chosen, options, kept } = work;
  const { clock, stderr, stop: signal } = host;
  const workspace = chosen.name ?? (await fetchWorkspaceName(ask, redact, signal));
  const period: Period = { from: options.from, to: options.to, windows: chosen.windows };
  const total = [...questionsOf(period, options)].length;
  stderr.write(announcement(period, options, total));
  const asked = createProgress(total, "responses", stderr, clock);
  const written = createByteProgress(stderr, clock);
  const deps: BackfillDeps = {
    ...{ workspace, ask, file, clock, signal },
    settings: { config: chosen, people: config.people, exact: options.exact },
    onAnswer: (done) => {
      kept.count = done;
      asked.show(done);
    },
    onWritten: written.show,
  };
  const request = { ...options, sources: await openSources(workspace, work, host), period };
  return backfill(request, deps).finally(() => {
    asked.clear();
    written.clear();
  });
}

/** Opens the output before anything is asked: what is wrong with it should not be found out hours later. */
async function openFile({ output }: BackfillOptions, { files, stop }: Host): Promise<OutputFile> {
  const opening = openOutput(output, { files, signal: stop });
  return opening.catch((error: unknown) => throwFileProblem("--output", output, error));
}

async function runOne(work: Work, host: Host): Promise<void> {
  const { config, chosen, options } = work;
  const redact = createRedactor(secretsOf(config));
  const observer = { onRequest: ignore, onRetry: ignore };
  const file = await openFile(options, host);
  try {
    await openCacheRoot(options.cache, host.files);
    const result = await withDispatcher(host.env, (dispatcher) => {
      const { enter } = createLanes(() => config.requests, host.clock)(chosen);
      const deps = { ...host, dispatcher, redact, observer, enter };
      const ask = createClient({ ...chosen.api, apiKey: chosen.apiKey, seriesLimit: chosen.seriesLimit }, deps);
      return askAndWrite({ ask, redact, file }, work, host);
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

/** What an interrupted or failed run leaves behind. */
function keptText({ kept: { count }, options: { cache } }: Work): string {
  if (count === 0) return "This run kept no responses.";
  return `${count} ${count === 1 ? "response is" : "responses are"} kept in ${cache}; run the same command again to continue.`;
}

const NOT_LIMITED =
  "limits.labelers is not applied: who is among the first is known of today only, so every labeler of the past is written";

async function runWith(config: Config, given: Options, host: Host): Promise<number> {
  const chosen = oneWorkspace(config, textOption(given, "workspace"));
  const options = backfillOptions(given, calendarDay(host.clock.now(), chosen.poll.timezone));
  const work: Work = { config, chosen, options, kept: { count: 0 } };
  if (chosen.labelersLimit !== undefined) host.stderr.write(`${NOT_LIMITED}\n`);
  try {
    await runOne(work, host);
    return 0;
  } catch (error) {
    if (!(error instanceof ApiError) && !host.stop.aborted) throw error;
    const why = host.stop.aborted || !(error instanceof Error) ? "stopped" : error.message;
    host.stderr.write(`${why}\n${keptText(work)}\n`);
    return INCOMPLETE;
  }
}
