import { addValues } from "./add-values.ts";
import { ROW_FIELDS, type RowField } from "./fields.ts";
import type { Anomaly, Row } from "./stats.ts";

/** A rate, and a number of distinct images: two rows may speak of the same images. */
const NEVER_SUMMED: readonly string[] = ["approvalRate", "uniqueImagesLabeled"];

function isAdditive(field: string): field is Exclude<RowField, "approvalRate" | "uniqueImagesLabeled"> {
  return !NEVER_SUMMED.includes(field);
}

const ADDITIVE = Object.keys(ROW_FIELDS).filter(isAdditive);

/** Makes each (project, labeler) pair stand once: counts add up, the rate and the distinct images are dropped, the anomaly is noted. */
export function mergeRows(rows: readonly Row[], anomalies: Anomaly[]): Row[] {
  const merged = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify([row.project, row.labeler]);
    const seen = merged.get(key);
    if (seen) anomalies.push({ field: "data", reason: "duplicate_row" });
    merged.set(key, seen ? { ...seen, values: addValues(ADDITIVE, seen.values, row.values) } : row);
  }
  return [...merged.values()];
}
