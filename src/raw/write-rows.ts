import type { ApiError } from "../errors.ts";
import { FORMATS, type Format, type FormatName } from "./formats.ts";
import type { Page } from "./page.ts";
import { type AskPage, readPages } from "./pages.ts";

/** Why the writing of rows ended. */
export type Ending =
  | { readonly how: "complete" }
  | { readonly how: "interrupted" }
  /** The API failed. */
  | { readonly how: "failed"; readonly error: ApiError }
  /** The output took no more; `EPIPE`: whoever read it has gone away. */
  | { readonly how: "unwritable"; readonly code: string };

/** What is written, and what becomes of it. */
export interface WriteDeps {
  readonly askPage: AskPage;
  readonly format: FormatName;
  /** Resolves when the text is out, with the system's code when it cannot be. */
  readonly write: (text: string) => Promise<string | undefined>;
  /** Told how many rows are out by now. */
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
 * Writes the rows from `start` on, a page at a time. A run that begins further on first asks for the very first page: it
 * tells the columns of what was written before, and whether the API heeds the offset.
 * @throws ApiError
 */
export async function writeRows(start: number, deps: WriteDeps): Promise<Ending> {
  return writePages(start, start === 0 ? undefined : await deps.askPage(0), deps);
}
