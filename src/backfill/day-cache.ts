import path from "node:path";
import type { DateRange } from "../calendar/windows.ts";
import { documentTexts, readDocument } from "../storage/document.ts";
import { type Files, readFile, replaceFile } from "../storage/files.ts";
import { RefusedError } from "../errors.ts";
import { throwFileProblem } from "./file-problem.ts";

/** An answer and when it was given, epoch milliseconds. */
export interface CachedAnswer<T> {
  readonly answer: T;
  readonly askedMs: number;
}

/** Answers on disk, one file for each range of days: what was asked once need not be asked again. */
export interface DayCache<T> {
  /** Undefined when there is no such file, or none that can be used; then it is asked and written anew. */
  readonly read: (range: DateRange) => Promise<CachedAnswer<T> | undefined>;
  readonly write: (range: DateRange, answer: CachedAnswer<T>) => Promise<void>;
}

/** Where answers are kept, and what they belong to. */
export interface CachePlace {
  readonly directory: string;
  /** Of the configuration that shapes the answers. */
  readonly fingerprint: string;
  readonly files: Files;
  /** Told of a file that cannot be used. */
  readonly onRefused: (file: string, why: string) => void;
}

/** How answers of one endpoint are written. */
export interface AnswerForm<T> {
  /** The endpoint, as in the files' names. */
  readonly kind: string;
  readonly toParts: (answer: T) => readonly unknown[];
  /** Throws RefusedError for parts of another form. */
  readonly fromParts: (parts: readonly unknown[]) => T;
}

function nameOf(kind: string, { startDate, endDate }: DateRange): string {
  return startDate === endDate ? `${startDate}.${kind}.json` : `${startDate}_${endDate}.${kind}.json`;
}

/** Opens the directory, which must exist. */
export function createDayCache<T>(place: CachePlace, { kind, toParts, fromParts }: AnswerForm<T>): DayCache<T> {
  const { directory, fingerprint, files, onRefused } = place;
  const fileOf = (range: DateRange) => path.join(directory, nameOf(kind, range));
  // The range is part of the binding: a file that was renamed answers another question.
  const bindingOf = (range: DateRange) => ({ kind, fingerprint: `${fingerprint} ${nameOf(kind, range)}` });
  return {
    read: async (range) => {
      try {
        const text = await readFile(fileOf(range), files);
        if (text === undefined) return undefined;
        const { savedMs, parts } = readDocument(text, bindingOf(range));
        return { answer: fromParts(parts), askedMs: savedMs };
      } catch (error) {
        if (!(error instanceof RefusedError)) return throwFileProblem("--cache", fileOf(range), error);
        onRefused(fileOf(range), error.message);
        return undefined;
      }
    },
    write: async (range, { answer, askedMs }) => {
      const texts = await documentTexts(bindingOf(range), { savedMs: askedMs, parts: toParts(answer) });
      await replaceFile(fileOf(range), texts, files).catch((error: unknown) =>
        throwFileProblem("--cache", fileOf(range), error),
      );
    },
  };
}
