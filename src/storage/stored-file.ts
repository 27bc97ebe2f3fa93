import type { Clock, Moment } from "../clock.ts";
import { RefusedError, systemWords } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import { type Binding, documentTexts, readDocument } from "./document.ts";
import { type Files, LEFTOVER_MS, readFile, removeFile, removeLeftovers, replaceFile } from "./files.ts";

/** How far into the future a file may be dated, for a clock that was a little ahead. */
const MAX_AHEAD_MS = 60_000;

/** A value, and when the poll ended that brought it. */
export interface Stored<T> {
  readonly value: T;
  readonly saved: Moment;
}

/** One file of the restart cache. None of its failures stops the program. */
export interface StoredFile<T> {
  /**
   * What a former process stored, if it can be used and is younger than `maxAgeMs` returns for the time of its poll (epoch
   * milliseconds); otherwise the log says why not. Its age is taken from the wall clock, and grows with elapsed time.
   */
  readonly load: (maxAgeMs: (savedMs: number) => number) => Promise<Stored<T> | undefined>;
  /** Replaces the file in the background. `onFailure` is called when that fails. */
  readonly save: (stored: Stored<T>, onFailure: () => void) => void;
  /** Removes the file in the background, because its data has been withdrawn. */
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

/** What a failure means for the people who run the program. */
const FAILURES = {
  save: "a good poll could not be stored; a restart will show a gap",
  discard: "stored data that is withdrawn could not be removed; a restart will show it for a while",
} as const;

type Change = keyof typeof FAILURES;

const RECOVERIES: Readonly<Record<Change, string>> = {
  save: "good polls are stored again",
  discard: "stored data that is withdrawn is removed again",
};

/** Logs once when writing starts to fail, and once when it works again; the same for removing. */
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

/** Runs jobs in the background, one at a time. While one runs, only the latest other one waits; a newer one replaces it. */
interface LatestOnly {
  readonly run: (job: () => Promise<void>) => void;
  /** Resolves when nothing runs or waits. */
  readonly settled: () => Promise<void>;
}

/** Makes a {@link LatestOnly}. Its jobs must not reject. */
function createLatestOnly(): LatestOnly {
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

class FileOfParts<T> implements StoredFile<T> {
  readonly #options: StoredFileOptions<T>;
  readonly #deps: StoredFileDeps;
  readonly #writing = createLatestOnly();
  readonly #logChange: ReturnType<typeof createChangeLog>;

  constructor(options: StoredFileOptions<T>, deps: StoredFileDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#logChange = createChangeLog(options.path, deps.logger);
  }

  async load(maxAgeMs: (savedMs: number) => number): Promise<Stored<T> | undefined> {
    try {
      return await this.#read(maxAgeMs);
    } catch (error) {
      const fields = { file: this.#options.path, reason: reasonOf(error) };
      this.#deps.logger.warn(fields, "stored data is refused; the next good poll replaces it");
      return undefined;
    }
  }

  save({ value, saved }: Stored<T>, onFailure: () => void): void {
    const { path, binding, toParts } = this.#options;
    const write = async () => {
      const texts = await documentTexts(binding, { savedMs: saved.epochMs, parts: toParts(value) });
      await replaceFile(path, texts, this.#deps.files);
    };
    this.#inBackground("save", write, onFailure);
  }

  discard(onFailure: () => void): void {
    this.#inBackground("discard", () => removeFile(this.#options.path, this.#deps.files), onFailure);
  }

  settled(): Promise<void> {
    return this.#writing.settled();
  }

  async #read(maxAgeMs: (savedMs: number) => number): Promise<Stored<T> | undefined> {
    const { path: file, binding, fromParts } = this.#options;
    const { files, clock, logger } = this.#deps;
    // Leftovers that cannot be removed do no harm.
    await removeLeftovers(file, LEFTOVER_MS, files).catch(() => undefined);
    const text = await readFile(file, files);
    if (text === undefined) return undefined;
    const { savedMs, parts } = readDocument(text, binding);
    const [now, savedAt] = [clock.moment(), new Date(savedMs)];
    if (savedMs - now.epochMs > MAX_AHEAD_MS)
      throw new RefusedError(`is dated in the future, ${savedAt.toISOString()}`);
    const value = fromParts(parts);
    const saved = now.at(savedMs);
    const isExpired = now.ageOf(saved) >= maxAgeMs(savedMs);
    logger.info({ file, savedAt }, isExpired ? "stored data is too old to be shown" : "stored data is shown");
    return isExpired ? undefined : { value, saved };
  }

  /** Changes the file, one change at a time. A failure is only logged and counted. */
  #inBackground(change: Change, act: () => Promise<void>, onFailure: () => void): void {
    this.#writing.run(async () => {
      try {
        await act();
        this.#logChange(change);
      } catch (error) {
        onFailure();
        this.#logChange(change, error);
      }
    });
  }
}

/** Creates a {@link StoredFile}. Nothing is read or written yet. */
export function createStoredFile<T>(options: StoredFileOptions<T>, deps: StoredFileDeps): StoredFile<T> {
  return new FileOfParts(options, deps);
}
