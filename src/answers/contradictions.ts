import { ApiError } from "../errors.ts";
import { plainText } from "../untrusted.ts";
import type { NumberKind } from "./numbers.ts";
import type { Rejections } from "./anomalies.ts";

type Values = Readonly<Partial<Record<string, number>>>;

/** What an answer's parts say of the work in its range. */
export interface Content {
  /** Where the rows stand: `data`. */
  readonly where: string;
  /** How many rows were sent; undefined when there is no list, which an empty list is not. */
  readonly sent: number | undefined;
  readonly rows: Iterable<{ readonly values: Values }>;
  readonly rejected: Rejections;
  /** How many labelers the answer names. */
  readonly named: number;
  /** What another part counts, as {@link workIn} has it; undefined when it counts nothing. */
  readonly work: string | undefined;
  /** What may be the rows under another name, as {@link strangerIn} has it. */
  readonly stranger: string | undefined;
  /** Whether a project or a labeler was asked for: a total may then be of more than the rows are of. */
  readonly isFiltered: boolean;
}

/** The first number of work that is not 0, as `stats.numImagesLabeled is 73`. A rate is not work: it has placeholders. */
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

/** A list or mapping of a name that is not known and that holds something, as `rows is there`: it may be what is missing. */
export function strangerIn(fields: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): string | undefined {
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
  const { where, sent, rows, rejected, named, work, stranger, isFiltered } = content;
  if (sent === undefined) {
    const instead = work ?? stranger;
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
