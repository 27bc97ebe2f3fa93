import type { AnomalyReason, AnomalyTally } from "./anomalies.ts";

/** Every finite number is shorter when written out; a longer text is not a number, and no expression is tried on it. */
const MAX_NUMBER_LENGTH = 400;
const NUMERIC_TEXT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number, or text that spells one: finite. Never an empty string, which `Number()` would read as 0. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.length > MAX_NUMBER_LENGTH) return undefined;
  const text = value.trim();
  return NUMERIC_TEXT.test(text) ? numberOf(Number(text)) : undefined;
}

/** What a number may be: a count (>= 0), a net count (may be negative) or a percentage (0 to 100). */
export type NumberKind = "count" | "net" | "percent";

/** The range of each kind, and the anomaly of a number outside it. */
const RANGES: Readonly<
  Record<NumberKind, { readonly min: number; readonly max: number; readonly otherwise: AnomalyReason }>
> = {
  count: { min: 0, max: Infinity, otherwise: "negative" },
  net: { min: -Infinity, max: Infinity, otherwise: "not_a_number" },
  percent: { min: 0, max: 100, otherwise: "out_of_range" },
};

/** A percentage made of floats, three times 33.333333333333336, is a little more than its bound. */
const SLACK: Readonly<Record<NumberKind, number>> = { count: 0, net: 0, percent: 1e-6 };

function readNumber(value: unknown, kind: NumberKind): number | AnomalyReason {
  const number = numberOf(value);
  if (number === undefined) return "not_a_number";
  const { min, max, otherwise } = RANGES[kind];
  if (number < min - SLACK[kind] || number > max + SLACK[kind]) return otherwise;
  return Math.min(max, Math.max(min, number));
}

/** How the numbers of an object are read: the table of its fields, its name in anomalies, and what notes them. */
export interface NumberReading<F extends string> {
  readonly fields: Readonly<Record<F, NumberKind>>;
  readonly section: string;
  readonly anomalies: Pick<AnomalyTally, "note">;
}

/**
 * Hands over the numbers of one object, field by field. A field that is absent or null is left out; one that is not a
 * number, or out of its range, is left out and noted.
 */
export function eachNumber<F extends string>(
  source: Readonly<Record<string, unknown>>,
  { fields, section, anomalies }: NumberReading<F>,
  take: (field: F, value: number) => void,
): void {
  for (const field in fields) {
    const raw = source[field];
    if (raw === undefined || raw === null) continue;
    const value = readNumber(raw, fields[field]);
    if (typeof value === "number") take(field, value);
    else anomalies.note(`${section}.${field}`, value);
  }
}

/** As {@link eachNumber}, as an object. */
export function readNumbers<F extends string>(
  source: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<F, NumberKind>>,
  section: string,
  anomalies: Pick<AnomalyTally, "note">,
): Partial<Record<F, number>> {
  const values: Partial<Record<F, number>> = {};
  eachNumber(source, { fields, section, anomalies }, (field, value) => {
    values[field] = value;
  });
  return values;
}

/**
 * Adds up two objects' numbers, field by field. Known plus unknown is unknown: a partial sum would be a wrong value.
 * So would infinity.
 */
export function addValues<F extends string>(
  fields: readonly F[],
  a: Readonly<Partial<Record<F, number>>>,
  b: Readonly<Partial<Record<F, number>>>,
): Partial<Record<F, number>> {
  const sum: Partial<Record<F, number>> = {};
  for (const field of fields) {
    const [left, right] = [a[field], b[field]];
    if (left !== undefined && right !== undefined && Number.isFinite(left + right)) sum[field] = left + right;
  }
  return sum;
}

/**
 * A percentage as a ratio: the API's own digits with the point two places to the left. 96.13 is 0.9613, where a division
 * by 100 gives 0.9612999999999999.
 */
export function ratioOf(percent: number): number {
  const text = String(percent);
  if (!text.includes("e")) return Number(`${text}e-2`);
  const [digits = "", exponent = "0"] = text.split("e");
  return Number(`${digits}e${Number(exponent) - 2}`);
}
