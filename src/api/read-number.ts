import type { NumberKind } from "./fields.ts";
import { kindSchemas, numberSchema } from "./schema.ts";
import type { Anomaly, AnomalyReason } from "./stats.ts";

const OUT_OF_KIND: Readonly<Record<NumberKind, AnomalyReason>> = {
  count: "negative",
  net: "not_a_number",
  percent: "out_of_range",
};

function readNumber(value: unknown, kind: NumberKind): number | AnomalyReason {
  // Nearly every value is a plain number: skip the schema's machinery for it.
  const number = typeof value === "number" ? value : numberSchema.safeParse(value).data;
  if (number === undefined || !Number.isFinite(number)) return "not_a_number";
  const checked = kindSchemas[kind].safeParse(number);
  return checked.success ? checked.data : OUT_OF_KIND[kind];
}

/**
 * Reads the numbers of one object by the table of its fields. A field that is absent or null stays absent; one that
 * is no number, or out of its range, is left out and noted.
 */
export function readNumbers<F extends string>(
  source: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<F, NumberKind>>,
  section: string,
  anomalies: Anomaly[],
): Partial<Record<F, number>> {
  const values: Partial<Record<F, number>> = {};
  for (const field in fields) {
    const raw = source[field];
    if (raw === undefined || raw === null) continue;
    const value = readNumber(raw, fields[field]);
    if (typeof value === "number") values[field] = value;
    else anomalies.push({ field: `${section}.${field}`, reason: value });
  }
  return values;
}
