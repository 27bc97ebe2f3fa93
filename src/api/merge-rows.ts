import { ROW_FIELDS, type RowField } from "./fields.ts";
import type { Anomaly, Row } from "./stats.ts";

function addValues(a: Row["values"], b: Row["values"]): Row["values"] {
  const sum: Partial<Record<RowField, number>> = {};
  for (const field of Object.keys(ROW_FIELDS).filter(isAdditive)) {
    const [left, right] = [a[field], b[field]];
    // Known plus unknown is unknown: a partial sum would be a wrong value. So would infinity.
    if (left !== undefined && right !== undefined && Number.isFinite(left + right)) sum[field] = left + right;
  }
  return sum;
}

function isAdditive(field: string): field is Exclude<RowField, "approvalRate"> {
  return field !== "approvalRate";
}

/** Makes each (project, labeler) pair stand once: counts add up, the rate is dropped, the anomaly is noted. */
export function mergeRows(rows: readonly Row[], anomalies: Anomaly[]): Row[] {
  const merged = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify([row.project, row.labeler]);
    const seen = merged.get(key);
    if (seen) anomalies.push({ field: "data", reason: "duplicate_row" });
    merged.set(key, seen ? { ...seen, values: addValues(seen.values, row.values) } : row);
  }
  return [...merged.values()];
}
