import { createHash } from "node:crypto";
import path from "node:path";
import { ConfigError, RefusedError, systemCode, systemWords } from "../errors.ts";
import { type AnswerNotes, splitNotes, withNotes } from "../answers/anomalies.ts";
import type { DateRange } from "../calendar/windows.ts";
import type { HistoryAnswer, HistorySettings } from "../sources/source.ts";
import { type Binding, documentTexts, readDocument } from "../storage/document.ts";
import { type Files, LEFTOVER_MS, makeDirectory, readFile, removeLeftovers, replaceFile } from "../storage/files.ts";
import { boundOf } from "../storage/restart-cache.ts";
import type { HistorySource } from "./questions.ts";

/** An answer, what was not as it should be in it, and when it was given, epoch milliseconds. */
export interface KeptAnswer {
  readonly answer: HistoryAnswer;
  readonly notes: AnswerNotes;
  readonly askedMs: number;
}

/** A source's answers on disk, one file for each range of days: what was answered once is not asked again. */
export interface DayCache {
  /** Undefined when there is no such file, or none that can be used; then it is asked and written again. */
  readonly read: (range: DateRange) => Promise<KeptAnswer | undefined>;
  readonly write: (range: DateRange, answer: KeptAnswer) => Promise<void>;
}

/** Where answers are kept, and whose they are. */
export interface CachePlace {
  /** `--cache`. */
  readonly root: string;
  readonly workspace: string;
  readonly settings: HistorySettings;
  readonly files: Files;
  /** Called with a file that cannot be used, and why. */
  readonly onRefused: (file: string, why: string) => void;
}

/**
 * Names the flag whose path the system refuses.
 * @throws ConfigError for what the system says, anything else as it is
 */
export function throwFileProblem(flag: string, file: string, error: unknown): never {
  if (systemCode(error) === undefined) throw error;
  const remedy = "give a place with free space to which this user may write";
  throw new ConfigError([`${flag}: ${JSON.stringify(file)} cannot be used (${systemWords(error)}); ${remedy}`]);
}

/** Of everything that shapes the answers that are kept. */
function fingerprintOf({ history }: HistorySource, { workspace, settings }: CachePlace): string {
  const { config, people } = settings;
  const bound = { workspace, url: config.api.url, ...history.shapedBy(settings), ...boundOf(people) };
  return createHash("sha256").update(JSON.stringify(bound)).digest("hex");
}

function nameOf(source: string, { startDate, endDate }: DateRange): string {
  return startDate === endDate ? `${startDate}.${source}.json` : `${startDate}_${endDate}.${source}.json`;
}

async function makeCache(directory: string, { root, files }: Pick<CachePlace, "root" | "files">): Promise<void> {
  await makeDirectory(directory, files).catch((error: unknown) => throwFileProblem("--cache", root, error));
}

/**
 * Makes the directory of `--cache`.
 * @throws ConfigError when files cannot be written to it
 */
export async function openCacheRoot(root: string, files: Files): Promise<void> {
  await makeCache(root, { root, files });
}

/** The directory of one source, under one configuration. */
interface OpenCache extends CachePlace {
  readonly source: HistorySource;
  readonly directory: string;
  readonly fingerprint: string;
}

function fileOf({ directory, source }: OpenCache, range: DateRange): string {
  return path.join(directory, nameOf(source.name, range));
}

/** The range is part of it: a file that was renamed answers another question. */
function bindingOf({ source: { name }, fingerprint }: OpenCache, range: DateRange): Binding {
  return { kind: name, fingerprint: `${fingerprint} ${nameOf(name, range)}` };
}

async function readKept(cache: OpenCache, range: DateRange): Promise<KeptAnswer | undefined> {
  const text = await readFile(fileOf(cache, range), cache.files);
  if (text === undefined) return undefined;
  const { savedMs, parts: kept } = readDocument(text, bindingOf(cache, range));
  const { parts, notes } = splitNotes(kept);
  return { answer: cache.source.history.restore(parts, cache.settings), notes, askedMs: savedMs };
}

async function readIfUsable(cache: OpenCache, range: DateRange): Promise<KeptAnswer | undefined> {
  try {
    return await readKept(cache, range);
  } catch (error) {
    const file = fileOf(cache, range);
    if (!(error instanceof RefusedError)) return throwFileProblem("--cache", file, error);
    cache.onRefused(file, error.message);
    return undefined;
  }
}

async function write(cache: OpenCache, range: DateRange, { answer, notes, askedMs }: KeptAnswer): Promise<void> {
  const content = { savedMs: askedMs, parts: withNotes(answer.parts(), notes) };
  const texts = await documentTexts(bindingOf(cache, range), content);
  const file = fileOf(cache, range);
  await replaceFile(file, texts, cache.files).catch((error: unknown) => throwFileProblem("--cache", file, error));
}

/**
 * Opens the directory in which a source's answers about a workspace are kept, one for each configuration that shapes them.
 * @throws ConfigError when it cannot be made
 */
export async function openDayCache(source: HistorySource, place: CachePlace): Promise<DayCache> {
  const { root, workspace, files } = place;
  const fingerprint = fingerprintOf(source, place);
  const directory = path.join(root, `${encodeURIComponent(workspace)}-${fingerprint.slice(0, 12)}`);
  await makeCache(directory, place);
  await removeLeftovers(`${directory}/`, LEFTOVER_MS, files).catch(() => undefined);
  const cache = { ...place, source, directory, fingerprint };
  return { read: (range) => readIfUsable(cache, range), write: (range, answer) => write(cache, range, answer) };
}
