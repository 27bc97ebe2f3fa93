import { FAITHFUL, WITHOUT_FORMULAS, columnsOf, csvHeader, csvLines } from "./csv.ts";
import type { Page } from "./page.ts";

export const FORMAT_NAMES = ["ndjson", "csv", "csv-safe"] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** How pages are written. */
export interface Format {
  /** Stands before the very first row. */
  readonly header: string;
  readonly textOf: (page: Page) => string;
}

function csv(rule: typeof FAITHFUL): (first: Page) => Format {
  return ({ rows }) => {
    const columns = columnsOf(rows);
    return { header: csvHeader(columns, rule), textOf: (page) => csvLines(page.rows, columns, rule) };
  };
}

/** Each format, once it knows the first page there is. */
export const FORMATS: Readonly<Record<FormatName, (first: Page) => Format>> = {
  ndjson: () => ({ header: "", textOf: ({ lines }) => `${lines}\n` }),
  csv: csv(FAITHFUL),
  "csv-safe": csv(WITHOUT_FORMULAS),
};
