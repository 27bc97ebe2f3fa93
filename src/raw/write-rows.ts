import type { ApiError } from "../errors.ts";
import { FORMATS, type Format, type FormatName } from "./formats.ts";
import { type AskPage, type Page, readPages } from "./pages.ts";

/** Why the writing of rows ended. */
export type Ending =
  | { readonly how: "complete" }
  | { readonly how: "interrupted" }
  /** The API failed. */
  | { readonly how: "failed"; readonly error: ApiError }
  /** The output cannot be written; `EPIPE`: its reader has gone away. */
  | { readonly how: "unwritable"; readonly code: string };

export interface WriteDeps {
  readonly askPage: AskPage;
  readonly format: FormatName;
  /** Resolves when the text is out, with the system's code when it cannot be. */
  readonly write: (text: string) => Promise<string | undefined>;
  /** Called with the number of rows that are written so far. */
  readonly onWritten: (rows: number) => void;
}

async function writePages(start: number, first: Page | undefined, deps: WriteDeps): Promise<Ending> {
  let format: Format | undefined = first && FORMATS[deps.format](first);
  for await (const page of readPages(deps.askPage, start, first)) {
    format ??= FORMATS[deps.format](page);
    const code = await deps.write((page.offset === 0 ? format.header : "") + format.textOf(page));
    if (code !== undefined) return { how: "unwritable", code };
    deps.onWritten(page.offset - start + page.rows.length);
  }
  return { how: "complete" };
}

/**
 * Writes the rows from `start` on, a page at a time. A run that begins further on first asks for the page at offset 0: it
 * shows the columns of what was written before, and whether the API ignores the offset.
 * @throws ApiError
 */
export async function writeRows(start: number, deps: WriteDeps): Promise<Ending> {
  return writePages(start, start === 0 ? undefined : await deps.askPage(0), deps);
}

/** How far a run came. */
export interface Extent {
  /** Rows left out at the start. */
  readonly start: number;
  readonly written: number;
}

function problemsOf(ending: Ending, { written }: Extent): readonly string[] {
  switch (ending.how) {
    case "complete":
      return [];
    case "interrupted":
      return ["interrupted"];
    case "failed":
      return [ending.error.message];
    case "unwritable":
      return [`standard output cannot be written (${ending.code}); keep ${written} rows of what this run wrote`];
  }
}

function summaryOf({ how }: Ending, { start, written }: Extent): string {
  if (how === "complete") return `complete: ${written} rows written`;
  if (how === "failed" && written === 0) return "failed: nothing was written";
  return `incomplete: ${written} rows written; resume with --offset ${start + written}`;
}

/**
 * The messages at the end, line by line. None when the reader went away: that is how `| head` ends, and how many rows it
 * has read cannot be known.
 */
export function endingText(ending: Ending, extent: Extent): readonly string[] {
  if (ending.how === "unwritable" && ending.code === "EPIPE") return [];
  return [...problemsOf(ending, extent), summaryOf(ending, extent)];
}

/** The exit status: 0 complete, 1 failed before anything was written, 2 incomplete. */
export function exitStatus({ how }: Ending, { written }: Extent): number {
  if (how === "complete") return 0;
  return how === "failed" && written === 0 ? 1 : 2;
}
