import { inChunks, lineTimes, renderOpenMetrics } from "./openmetrics.ts";
import { throwFileProblem } from "./day-cache.ts";
import { type LearnDeps, type LearnOptions, learn } from "./learn.ts";
import { type Learned, backfilledFamilies } from "./series.ts";
import { type BackfillResult, leftOut } from "./report.ts";
import type { OutputFile, WriteDeps } from "./write-file.ts";

/** What is to be written and how. */
export interface BackfillRequest extends LearnOptions {
  readonly stepSeconds: number;
  readonly job: string;
  readonly instance: string;
  readonly output: string;
}

export interface BackfillDeps extends LearnDeps, WriteDeps {
  /** What {@link BackfillRequest.output} names. */
  readonly file: OutputFile;
}

/** Prometheus' head block: live scrapes still write what is younger. */
const HEAD_SECONDS = 3 * 3600;
const DAY_MS = 86_400_000;

/** Writes the text, and counts what is in it. */
async function write(learned: Learned, request: BackfillRequest, deps: BackfillDeps) {
  const { period, job, instance, output, stepSeconds } = request;
  const { config, people } = deps.settings;
  const before = Math.floor(deps.clock.now() / 1000) - HEAD_SECONDS;
  const times = lineTimes(learned.line, period.from, { timezone: config.poll.timezone, stepSeconds, before });
  const count = { series: 0, samples: 0 };
  const text = renderOpenMetrics(backfilledFamilies(learned, people, config.exclude), { job, instance }, times, count);
  const bytes = await deps.file
    .write(inChunks(text), deps)
    .catch((error: unknown) => throwFileProblem("--output", output, error));
  return { ...count, bytes };
}

/**
 * Writes what live scrapes of past days would have brought, as OpenMetrics text with timestamps.
 * @throws ApiError, ConfigError, and what the file system throws; answers that were given are in the cache then
 */
export async function backfill(request: BackfillRequest, deps: BackfillDeps): Promise<BackfillResult> {
  const { period, output } = request;
  const learned = await learn(request, deps);
  const { names, notes, sources } = learned;
  return {
    ...(await write(learned, request, deps)),
    ...{ output, period, notes },
    ageDays: Math.ceil((deps.clock.now() - Date.parse(period.from)) / DAY_MS),
    leftOut: leftOut(learned, deps.settings.config.exclude),
    unmatched: sources.flatMap(
      ({ source: { history }, filled }) => history.unmatched?.(names, filled, deps.settings) ?? [],
    ),
  };
}
