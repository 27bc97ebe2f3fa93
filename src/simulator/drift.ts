import { isRecord } from "../untrusted.ts";
/** How an answer can differ from its documentation while still being JSON. */
export const DRIFT_KINDS = [
  "unknown_fields",
  "strings",
  "nulls",
  "missing_arrays",
  "duplicate_rows",
  "missing_metadata",
  "missing_fields",
  "mismatched_totals",
  "ignored_filter",
] as const;

export type DriftKind = (typeof DRIFT_KINDS)[number];

/** A change of one JSON value, as a reviver of JSON.parse sees it; undefined removes it. */
type Change = (key: string, value: unknown) => unknown;

const NULLED: ReadonlySet<string> = new Set(["modelAssisted", "markedNull", "approvalRate", "displayName"]);
const MISSED: ReadonlySet<string> = new Set(["projectType", "boxesUpdated", "netBoxesUpdated", "numBoxesUpdated"]);
const METADATA: ReadonlySet<string> = new Set(["projectName", "projectType", "displayName", "email", "meta"]);

function elements(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** More boxes than the rows have, and more unique images than the rows have images at all. */
function mismatched(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return {
    ...value,
    numBoxesAdded: Number(value["numBoxesAdded"]) + 1,
    numImagesLabeled: Number(value["numImagesLabeled"]) + 1_000_000,
  };
}

function duplicated(value: unknown): unknown {
  const rows = elements(value);
  return rows ? [...rows, ...rows] : value;
}

const CHANGES: Readonly<Record<DriftKind, Change>> = {
  unknown_fields: (_, value) => (isRecord(value) ? { ...value, secondsSpent: 7, futureField: "new" } : value),
  missing_fields: (key, value) => (MISSED.has(key) ? undefined : value),
  mismatched_totals: (key, value) => (key === "stats" ? mismatched(value) : value),
  strings: (_, value) => (typeof value === "number" ? String(value) : value),
  nulls: (key, value) => (NULLED.has(key) ? null : value),
  missing_arrays: (_, value) => (elements(value) ? undefined : value),
  duplicate_rows: (key, value) => (key === "data" ? duplicated(value) : value),
  missing_metadata: (key, value) => (METADATA.has(key) ? undefined : key === "labelers" ? [] : value),
  // Nothing to change in the text: the answer was made without the filters.
  ignored_filter: (_, value) => value,
};

/** Changes a JSON text as the drift says. */
export function drifted(kind: DriftKind, json: string): string {
  const changed: unknown = JSON.parse(json, CHANGES[kind]);
  return JSON.stringify(changed);
}
