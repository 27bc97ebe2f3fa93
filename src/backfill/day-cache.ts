import path from "node:path";
import type { WorkspaceStats } from "../api/stats.ts";
import type { DateRange } from "../calendar/windows.ts";
import { documentTexts, readDocument } from "../storage/document.ts";
import { type Files, readFile, replaceFile } from "../storage/files.ts";
import { throwFileProblem } from "./file-problem.ts";
import { RefusedError } from "../storage/refused-error.ts";
import { type KeptOfPeople, partsOfStats, statsOfParts } from "../storage/stats-parts.ts";

/** An answer and when it was given, epoch milliseconds. */
export interface CachedAnswer {
  readonly stats: WorkspaceStats;
  readonly askedMs: number;
}

/** Answers on disk, one file for each range of days: what was asked once need not be asked again. */
export interface DayCache {
  /** Undefined when there is no such file, or none that can be used; then it is asked and written anew. */
  readonly read: (range: DateRange) => Promise<CachedAnswer | undefined>;
  readonly write: (range: DateRange, answer: CachedAnswer) => Promise<void>;
}

export interface DayCacheOptions {
  readonly directory: string;
  /** Of the configuration that shapes the answers. */
  readonly fingerprint: string;
  readonly kept: KeptOfPeople;
  readonly files: Files;
  /** Told of a file that cannot be used. */
  readonly onRefused: (file: string, why: string) => void;
}

const KIND = "answer";

function nameOf({ startDate, endDate }: DateRange): string {
  return startDate === endDate ? `${startDate}.json` : `${startDate}_${endDate}.json`;
}

/** Opens the directory, which must exist. */
export function createDayCache({ directory, fingerprint, kept, files, onRefused }: DayCacheOptions): DayCache {
  const fileOf = (range: DateRange) => path.join(directory, nameOf(range));
  // The range is part of the binding: a file that was renamed answers another question.
  const bindingOf = (range: DateRange) => ({ kind: KIND, fingerprint: `${fingerprint} ${nameOf(range)}` });
  return {
    read: async (range) => {
      try {
        const text = await readFile(fileOf(range), files);
        if (text === undefined) return undefined;
        const { savedMs, parts } = readDocument(text, bindingOf(range));
        return { stats: statsOfParts(parts), askedMs: savedMs };
      } catch (error) {
        if (!(error instanceof RefusedError)) return throwFileProblem("--cache", fileOf(range), error);
        onRefused(fileOf(range), error.message);
        return undefined;
      }
    },
    write: async (range, { stats, askedMs }) => {
      const content = { savedMs: askedMs, parts: partsOfStats(stats, kept) };
      const texts = await documentTexts(bindingOf(range), content);
      await replaceFile(fileOf(range), texts, files).catch((error: unknown) =>
        throwFileProblem("--cache", fileOf(range), error),
      );
    },
  };
}
