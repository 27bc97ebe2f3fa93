import { ApiError } from "../errors.ts";
import { plainText } from "../untrusted.ts";
import type { NumberKind } from "./numbers.ts";
import type { Rejections } from "./anomalies.ts";

type Values = Readonly<Partial<Record<string, number>>>;

/** What the parts of an answer say about the work in its range. */
export interface Content {
  /** The path of the rows: `data`. */
  readonly where: string;
  /** How many rows were sent; undefined if the list is missing, as opposed to empty. */
  readonly sent: number | undefined;
  readonly rows: Iterable<{ readonly values: Values }>;
  readonly rejected: Rejections;
  /** How many labelers the answer names. */
  readonly named: number;
  /** Work that another part counts, as text of {@link workIn}; undefined when it counts none. */
  readonly work: string | undefined;
  /** A list that may be the rows under another name, as text of {@link unknownListIn}; undefined without one. */
  readonly unknownList: string | undefined;
  /** Whether a project or a labeler was asked for: a total may then cover more than the rows. */
  readonly isFiltered: boolean;
}

/** The first number of work that is not 0, as `stats.numImagesLabeled is 73`. Rates do not count: they have placeholders. */
export function workIn(
  section: string,
  fields: Readonly<Record<string, NumberKind>>,
  values: Values,
): string | undefined {
  const field = Object.keys(fields).find((name) => fields[name] !== "percent" && (values[name] ?? 0) !== 0);
  return field === undefined ? undefined : `${section}.${field} is ${String(values[field])}`;
}

const MAX_NAME = 64;

function isFilled(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** An unknown field with a list or an object that is not empty, as `rows is there`: it may be what is missing. */
export function unknownListIn(
  fields: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): string | undefined {
  const name = Object.keys(fields).find((field) => !known.has(field) && isFilled(fields[field]));
  return name === undefined ? undefined : `${plainText(name.slice(0, MAX_NAME))} is there`;
}

function reasonsText(rejected: Rejections): string {
  return [...rejected].map(([reason, count]) => `${count} ${reason}`).join(", ");
}

function hasNumber(rows: Content["rows"]): boolean {
  for (const { values } of rows) for (const field in values) if (values[field] !== undefined) return true;
  return false;
}

function contradiction(content: Content): string | undefined {
  const { where, sent, rows, rejected, named, work, unknownList, isFiltered } = content;
  if (sent === undefined) {
    const instead = work ?? unknownList;
    if (instead !== undefined) return `${where} is missing, but ${instead}`;
    return named > 0 ? `${where} is missing, but labelers names ${named}` : undefined;
  }
  if (sent === 0) return work !== undefined && !isFiltered ? `${where} is empty, but ${work}` : undefined;
  const [first] = rows;
  if (first === undefined) return `none of the ${sent} rows of ${where} can be used (${reasonsText(rejected)})`;
  if (work !== undefined && !hasNumber(rows)) return `no row of ${where} has a number that is known, but ${work}`;
  return undefined;
}

/**
 * Refuses an answer whose parts contradict each other in such a way that published rows would vanish while the poll
 * counts as good. The rows of the last good poll stay instead.
 * @throws ApiError `invalid_schema`
 */
export function refuseContradiction(content: Content): void {
  const found = contradiction(content);
  if (found !== undefined) throw new ApiError(`the answer contradicts itself: ${found}`, { reason: "invalid_schema" });
}
