import { ApiError } from "../errors.ts";
import type { Page } from "./page.ts";

/** At the default page size a hundred million rows; what is remembered of as many pages is some ten megabytes. */
const MAX_PAGES = 100_000;

/** Asks for the page that begins with the row of that number. */
export type AskPage = (offset: number) => Promise<Page>;

/** A page on its way. */
export interface PlacedPage extends Page {
  /** The rows before it. */
  readonly offset: number;
}

function repeatedPage(offset: number): ApiError {
  const remedy = "the API seems to ignore offset; ask for less with --project, --from and --to, and a larger --limit";
  return new ApiError(`the page at offset ${offset} is an earlier one again: ${remedy}`, { reason: "invalid_schema" });
}

/**
 * Asks for page after page until one is empty. A short page is not the last: nobody says how many rows the API gives at most.
 * @param start rows to leave out
 * @param first the page at offset 0, when it is known
 * @throws ApiError when a page comes again, whose rows are not given, or there is no end of them
 */
export async function* readPages(askPage: AskPage, start: number, first?: Page): AsyncGenerator<PlacedPage, void> {
  const seen = new Set(first ? [first.fingerprint] : []);
  let offset = start;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await askPage(offset);
    if (page.rows.length === 0) return;
    if (seen.has(page.fingerprint)) throw repeatedPage(offset);
    seen.add(page.fingerprint);
    yield { ...page, offset };
    offset += page.rows.length;
  }
  throw new ApiError(`${MAX_PAGES} pages are enough for one run`, { reason: "too_large" });
}
