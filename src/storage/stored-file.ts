import type { Clock, Moment } from "../clock.ts";
import { RefusedError, systemWords } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import { type Binding, documentTexts, readDocument } from "./document.ts";
import { type Files, LEFTOVER_MS, readFile, removeFile, removeLeftovers, replaceFile } from "./files.ts";

/** How far ahead the clock may have been when a file was written. */
const MAX_AHEAD_MS = 60_000;

/** A value with the moment of the poll that brought it. */
export interface Stored<T> {
  readonly value: T;
  readonly saved: Moment;
}

/** One file of the restart cache. Nothing that happens to it fails the program. */
export interface StoredFile<T> {
  /**
   * What a former process left, if it can be used and is younger than `maxAgeMs` gives for the time of its poll (in epoch
   * milliseconds); otherwise the log says why not. Its age is the wall clock's, and grows by elapsed time from then on.
   */
  readonly load: (maxAgeMs: (savedMs: number) => number) => Promise<Stored<T> | undefined>;
  /** Replaces the file in the background. `onFailure` is called when that fails. */
  readonly save: (stored: Stored<T>, onFailure: () => void) => void;
  /** Removes the file in the background: what it keeps is not so any more. */
  readonly discard: (onFailure: () => void) => void;
  /** Resolves when nothing is being written or removed. */
  readonly settled: () => Promise<void>;
}

export interface StoredFileOptions<T> {
  readonly path: string;
  readonly binding: Binding;
  /** A value as JSON can hold it, in parts. */
  readonly toParts: (value: T) => readonly unknown[];
  /** Throws RefusedError for parts of another form. */
  readonly fromParts: (parts: readonly unknown[]) => T;
}

export interface StoredFileDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly logger: Logger;
}

function reasonOf(error: unknown): string {
  return error instanceof RefusedError ? error.message : systemWords(error);
}

/** What a failure means for whoever runs the program. */
const FAILURES = {
  save: "a good poll could not be stored; a restart will show a gap",
  discard: "stored data that is withdrawn could not be removed; a restart will show it for a while",
} as const;

type Change = keyof typeof FAILURES;

const RECOVERIES: Readonly<Record<Change, string>> = {
  save: "good polls are stored again",
  discard: "stored data that is withdrawn is removed again",
};

/** Says once that the file cannot be written or removed, and once that it can again; each for itself. */
function createChangeLog(file: string, logger: Logger): (change: Change, error?: unknown) => void {
  const failing = new Set<Change>();
  return (change, error) => {
    if (error === undefined) {
      if (failing.delete(change)) logger.info({ file }, RECOVERIES[change]);
      return;
    }
    if (!failing.has(change)) logger.warn({ file, reason: reasonOf(error) }, FAILURES[change]);
    failing.add(change);
  };
}

type InBackground = (change: Change, act: () => Promise<void>, onFailure: () => void) => void;

/** Changes the file one change at a time; a failure is told, and no more. */
function createBackground(writing: LatestOnly, log: ReturnType<typeof createChangeLog>): InBackground {
  return (change, act, onFailure) => {
    writing.run(async () => {
      try {
        await act();
        log(change);
      } catch (error) {
        onFailure();
        log(change, error);
      }
    });
  };
}

/** Makes a {@link StoredFile}. Nothing is read or written yet. */
export function createStoredFile<T>(options: StoredFileOptions<T>, deps: StoredFileDeps): StoredFile<T> {
  const { path: file, binding, toParts, fromParts } = options;
  const { files, clock, logger } = deps;
  const writing = createLatestOnly();
  const inBackground = createBackground(writing, createChangeLog(file, logger));

  const read = async (maxAgeMs: (savedMs: number) => number): Promise<Stored<T> | undefined> => {
    // If they cannot be removed, they are not in the way.
    await removeLeftovers(file, LEFTOVER_MS, files).catch(() => undefined);
    const text = await readFile(file, files);
    if (text === undefined) return undefined;
    const { savedMs, parts } = readDocument(text, binding);
    const [now, savedAt] = [clock.moment(), new Date(savedMs)];
    if (savedMs - now.epochMs > MAX_AHEAD_MS) throw new RefusedError(`is of a time to come, ${savedAt.toISOString()}`);
    const value = fromParts(parts);
    const saved = now.at(savedMs);
    const isExpired = now.ageOf(saved) >= maxAgeMs(savedMs);
    logger.info({ file, savedAt }, isExpired ? "stored data is too old to be shown" : "stored data is shown");
    return isExpired ? undefined : { value, saved };
  };
  const write = async ({ value, saved }: Stored<T>): Promise<void> => {
    await replaceFile(file, await documentTexts(binding, { savedMs: saved.epochMs, parts: toParts(value) }), files);
  };
  return {
    load: (maxAgeMs) =>
      read(maxAgeMs).catch((error: unknown) => {
        logger.warn({ file, reason: reasonOf(error) }, "stored data is refused; the next good poll replaces it");
        return undefined;
      }),
    save: (stored, onFailure) => {
      inBackground("save", () => write(stored), onFailure);
    },
    discard: (onFailure) => {
      inBackground("discard", () => removeFile(file, files), onFailure);
    },
    settled: writing.settled,
  };
}

/** Runs jobs in the background, one at a time. While one runs, only the latest of those that come waits for its turn. */
export interface LatestOnly {
  readonly run: (job: () => Promise<void>) => void;
  /** Resolves when nothing runs and nothing waits. */
  readonly settled: () => Promise<void>;
}

/** Makes a {@link LatestOnly}. Its jobs must not reject. */
export function createLatestOnly(): LatestOnly {
  let waiting: (() => Promise<void>) | undefined;
  let running: Promise<void> | undefined;
  const runAll = async () => {
    for (let job = waiting; job; job = waiting) {
      waiting = undefined;
      await job();
    }
    running = undefined;
  };
  return {
    run: (job) => {
      waiting = job;
      running ??= runAll();
    },
    settled: () => running ?? Promise.resolve(),
  };
}
