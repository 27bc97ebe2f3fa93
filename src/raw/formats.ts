import { isRecord } from "../untrusted.ts";
import type { Page } from "./pages.ts";

/** The last column: what has no column of its own, as JSON. */
const EXTRA = "_extra";
/** Rows may be tables keyed by ids: lines must not grow by thousands of commas. */
const MAX_COLUMNS = 1000;
const LINE_END = "\r\n";

/** A column takes the rows' values of that name. */
type Fields = Readonly<Record<string, unknown>>;

function escaped(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What happens to a text on its way into a cell. */
type TextRule = (text: string) => string;

/** Texts as they are. */
export const FAITHFUL: TextRule = (text) => text;

/** What a spreadsheet takes for a formula, unless it is a number. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Texts that a spreadsheet shows as they are: `'` comes before what it would run as a formula. Source:
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export const WITHOUT_FORMULAS: TextRule = (text) => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

/** Nothing for null, `""` for empty text, JSON for nested values. */
function cellOf(value: unknown, rule: TextRule): string {
  if (value === undefined || value === null) return "";
  return escaped(typeof value === "string" ? rule(value) : JSON.stringify(value));
}

function extraOf(row: Fields, columns: ReadonlySet<string>): string {
  const names = Object.keys(row).filter((name) => !columns.has(name));
  return names.length === 0 ? "" : escaped(JSON.stringify(Object.fromEntries(names.map((name) => [name, row[name]]))));
}

function lineOf(row: unknown, columns: ReadonlySet<string>, rule: TextRule): string {
  let line = "";
  for (const name of columns) line += isRecord(row) && Object.hasOwn(row, name) ? `${cellOf(row[name], rule)},` : ",";
  return line + (isRecord(row) ? extraOf(row, columns) : escaped(JSON.stringify(row))) + LINE_END;
}

/** The names of the columns: the rows' keys in their order, except for the name of the last column. */
export function columnsOf(rows: readonly unknown[]): ReadonlySet<string> {
  const names = new Set(rows.flatMap((row) => (isRecord(row) ? Object.keys(row) : [])));
  names.delete(EXTRA);
  return new Set([...names].slice(0, MAX_COLUMNS));
}

/** The first line, as RFC 4180 has it. */
export function csvHeader(columns: ReadonlySet<string>, rule = FAITHFUL): string {
  return [...columns, EXTRA].map((name) => escaped(rule(name))).join(",") + LINE_END;
}

/** A line per row. Keys without a column, and rows that are not objects, are JSON in the last one. */
export function csvLines(rows: readonly unknown[], columns: ReadonlySet<string>, rule = FAITHFUL): string {
  return rows.map((row) => lineOf(row, columns, rule)).join("");
}

export const FORMAT_NAMES = ["ndjson", "csv", "csv-safe"] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** How pages are written. */
export interface Format {
  /** Comes before the first row of all. */
  readonly header: string;
  readonly textOf: (page: Page) => string;
}

function csv(rule: typeof FAITHFUL): (first: Page) => Format {
  return ({ rows }) => {
    const columns = columnsOf(rows);
    return { header: csvHeader(columns, rule), textOf: (page) => csvLines(page.rows, columns, rule) };
  };
}

/** Each format, made from the first page. */
export const FORMATS: Readonly<Record<FormatName, (first: Page) => Format>> = {
  ndjson: () => ({ header: "", textOf: ({ lines }) => `${lines}\n` }),
  csv: csv(FAITHFUL),
  "csv-safe": csv(WITHOUT_FORMULAS),
};
