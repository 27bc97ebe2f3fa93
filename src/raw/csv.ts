import { isRecord } from "../untrusted.ts";

/** The last column: as JSON, what has no column of its own. */
const EXTRA = "_extra";
/** So that rows which are really tables, keyed by ids, do not make every line a thousand commas longer. */
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

/** As a spreadsheet reads a cell: what begins so is a formula, unless it is a number. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Texts that a spreadsheet takes for texts: `'` stands before what it would run as a formula. Source:
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export const WITHOUT_FORMULAS: TextRule = (text) => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

/** Nothing for null, `""` for text that is empty, JSON for what is nested. */
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

/** The names of the columns: the rows' keys in the order in which they come, but for the one that is the last column's. */
export function columnsOf(rows: readonly unknown[]): ReadonlySet<string> {
  const names = new Set(rows.flatMap((row) => (isRecord(row) ? Object.keys(row) : [])));
  names.delete(EXTRA);
  return new Set([...names].slice(0, MAX_COLUMNS));
}

/** The first line. Source of the form: RFC 4180 */
export function csvHeader(columns: ReadonlySet<string>, rule = FAITHFUL): string {
  return [...columns, EXTRA].map((name) => escaped(rule(name))).join(",") + LINE_END;
}

/** A line per row. Keys without a column, and rows that are no objects, stand as JSON in the last one. */
export function csvLines(rows: readonly unknown[], columns: ReadonlySet<string>, rule = FAITHFUL): string {
  return rows.map((row) => lineOf(row, columns, rule)).join("");
}
