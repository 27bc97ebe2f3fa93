import type { FamilyOptions } from "../sources/insights/families.ts";
import { type Unmatched, unmatchedNames } from "../sources/unmatched.ts";
import { type AnswerNotes, sumOfNotes } from "../answers/notes.ts";
import { inChunks } from "./chunks.ts";
import { type Caches, type LearnDeps, type LearnOptions, learn } from "./learn.ts";
import { leftOut } from "./left-out.ts";
import { throwFileProblem } from "./file-problem.ts";
import { renderOpenMetrics } from "./openmetrics.ts";
import { lineTimes } from "./sample-times.ts";
import { type Learned, backfilledFamilies } from "./series.ts";
import type { BackfillResult } from "./summary.ts";
import type { OutputFile, WriteDeps } from "./write-file.ts";

/** What is to be written and how. */
export interface BackfillRequest extends LearnOptions {
  readonly stepSeconds: number;
  readonly job: string;
  readonly instance: string;
  readonly output: string;
}

export interface BackfillDeps extends Omit<LearnDeps, "onNotes" | "onFilled">, WriteDeps {
  /** What {@link BackfillRequest.output} names. */
  readonly file: OutputFile;
}

/** Prometheus' head block: what is younger is still being written to by live scrapes. */
const HEAD_SECONDS = 3 * 3600;
const DAY_MS = 86_400_000;

/** Caches that note whether they have given an answer. */
function notingCaches(caches: Caches) {
  const noted = { isUsed: false };
  const read: Caches["stats"]["read"] = async (range) => {
    const kept = await caches.stats.read(range);
    noted.isUsed ||= kept !== undefined;
    return kept;
  };
  return { caches: { ...caches, stats: { ...caches.stats, read } }, noted };
}

/**
 * Names of the configuration that matched nothing on any day. `filled` are the projects whose filter brought rows, unknown
 * where a kept answer was used: it does not say which filter brought them. Of system labelers other workspaces may have some.
 */
function unmatchedIn({ names }: Learned, config: LearnOptions["config"], filled: ReadonlySet<string> | undefined) {
  const projects = filled === undefined ? [] : config.projects;
  const all = unmatchedNames({ ...config, projects, system: [], teams: new Map() }, names, filled ?? new Set());
  return all.filter((one: Unmatched) => one.names.length > 0);
}

/**
 * Writes what live scrapes of past days would have brought, as OpenMetrics text with timestamps.
 * @throws ApiError, ConfigError, and what the file system throws; answers that were given are in the cache then
 */
export async function backfill(request: BackfillRequest, deps: BackfillDeps): Promise<BackfillResult> {
  const { config, period, job, instance, output, stepSeconds } = request;
  const notes: AnswerNotes[] = [];
  const filled = new Set<string>();
  const { caches, noted } = notingCaches(deps.caches);
  const onFilled = (slugs: ReadonlySet<string>) => {
    for (const slug of slugs) filled.add(slug);
  };
  const learned = await learn(request, { ...deps, caches, onFilled, onNotes: (one) => notes.push(one) });
  const options: FamilyOptions = { ...config, people: request.people };
  const before = Math.floor(deps.clock.now() / 1000) - HEAD_SECONDS;
  const times = lineTimes(learned.line, period.from, { timezone: config.poll.timezone, stepSeconds, before });
  const count = { series: 0, samples: 0 };
  const text = renderOpenMetrics(backfilledFamilies(learned, options, config.exclude), { job, instance }, times, count);
  const bytes = await deps.file
    .write(inChunks(text), deps)
    .catch((error: unknown) => throwFileProblem("--output", output, error));
  const ageDays = Math.ceil((deps.clock.now() - Date.parse(period.from)) / DAY_MS);
  return {
    ...count,
    output,
    period,
    bytes,
    ageDays,
    leftOut: leftOut(learned, config.exclude),
    notes: sumOfNotes(notes),
    unmatched: unmatchedIn(learned, config, noted.isUsed ? undefined : filled),
  };
}
