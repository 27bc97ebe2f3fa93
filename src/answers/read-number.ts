import type { AnomalyTally } from "./anomalies.ts";
import { numberOf } from "./schema.ts";
import type { AnomalyReason } from "./answer.ts";

/** What a number may be: a count (>= 0), a net count (may be negative) or a percentage (0 to 100). */
export type NumberKind = "count" | "net" | "percent";

/** What a number of each kind may be, and what another one is called. */
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

/**
 * Reads the numbers of one object by the table of its fields. A field that is absent or null stays absent; one that
 * is not a number, or out of its range, is left out and noted.
 */
export function readNumbers<F extends string>(
  source: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<F, NumberKind>>,
  section: string,
  anomalies: Pick<AnomalyTally, "note">,
): Partial<Record<F, number>> {
  const values: Partial<Record<F, number>> = {};
  for (const field in fields) {
    const raw = source[field];
    if (raw === undefined || raw === null) continue;
    const value = readNumber(raw, fields[field]);
    if (typeof value === "number") values[field] = value;
    else anomalies.note(`${section}.${field}`, value);
  }
  return values;
}
