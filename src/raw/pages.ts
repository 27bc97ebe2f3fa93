import { createHash } from "node:crypto";
import { ApiError } from "../errors.ts";
import { isRecord } from "../untrusted.ts";
import type { Redactor } from "../redact.ts";

/** Some of the raw rows, ready to be written. */
export interface Page {
  /** Any JSON values. */
  readonly rows: readonly unknown[];
  /** One JSON text per row, with line breaks between them. */
  readonly lines: string;
  /** The same for pages of the same rows. */
  readonly fingerprint: string;
}

function withoutSecrets(value: unknown, redact: Redactor): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, redact));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), withoutSecrets(item, redact)]));
  const redacted = redact(String(value));
  return redacted === String(value) ? value : redacted;
}

function linesOf(rows: readonly unknown[]): string {
  return rows.map((row) => JSON.stringify(row)).join("\n");
}

function readRows(answered: readonly unknown[], redact: Redactor): Pick<Page, "rows" | "lines"> {
  const lines = linesOf(answered);
  if (redact(lines) === lines) return { rows: answered, lines };
  const rows = answered.map((row) => withoutSecrets(row, redact));
  return { rows, lines: linesOf(rows) };
}

/**
 * Makes a page of rows as answered. They stay as they are, unless the API repeats the key in one of them.
 * @throws ApiError `invalid_schema` when a row cannot be written as JSON again: it is nested too deeply
 */
export function readPage(answered: readonly unknown[], redact: Redactor): Page {
  try {
    const { rows, lines } = readRows(answered, redact);
    return { rows, lines, fingerprint: createHash("sha256").update(lines).digest("base64") };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ApiError("a raw row is nested too deeply to be written", { reason: "invalid_schema", cause });
  }
}

/** At the default page size a hundred million rows; their fingerprints take about ten megabytes. */
const MAX_PAGES = 100_000;

/** Asks for the page that begins with the row of that number. */
export type AskPage = (offset: number) => Promise<Page>;

/** A page and its place. */
export interface PlacedPage extends Page {
  /** The rows before it. */
  readonly offset: number;
}

function repeatedPage(offset: number): ApiError {
  const remedy =
    "the API seems to ignore the offset; request less with --project, --from and --to, and use a larger --limit";
  return new ApiError(`the page at offset ${offset} repeats an earlier one: ${remedy}`, { reason: "invalid_schema" });
}

/**
 * Asks for page after page until one is empty. A short page is not the last: the maximum number of rows to a page is not documented.
 * @param start rows to leave out
 * @param first the page at offset 0, when it is known
 * @throws ApiError when a page is an earlier one again, whose rows are not given, or when there are too many
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
  throw new ApiError(`a run ends after ${MAX_PAGES} pages`, { reason: "too_large" });
}
