import { columnsOf, csvHeader, csvLines } from "./csv.ts";
import type { Page } from "./page.ts";

export const FORMAT_NAMES = ["ndjson", "csv"] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** How pages are written. */
export interface Format {
  /** Stands before the very first row. */
  readonly header: string;
  readonly textOf: (page: Page) => string;
}

/** Each format, once it knows the first page there is. */
export const FORMATS: Readonly<Record<FormatName, (first: Page) => Format>> = {
  ndjson: () => ({ header: "", textOf: ({ lines }) => `${lines}\n` }),
  csv: ({ rows }) => {
    const columns = columnsOf(rows);
    return { header: csvHeader(columns), textOf: (page) => csvLines(page.rows, columns) };
  },
};
