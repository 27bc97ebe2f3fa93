import { createHash } from "node:crypto";
import type { Steps } from "../steps.ts";
import type { Sample } from "./definition.ts";

/** The rows of one window. The families that have values for them share their label texts. */
export interface LabeledRows {
  /** The value of the label `window`; empty where there is none. */
  readonly window: string;
  /** The labels of each row as a line shows them: `{workspace="acme",window="7d"}`. */
  readonly texts: readonly string[];
  /** SHA-256 of the texts in their order: equal for equal texts. */
  readonly digest: Buffer;
}

/** The values of one family in one window: one for each row, NaN where there is none. */
export interface Column {
  readonly rows: LabeledRows;
  readonly values: Float64Array;
}

/** Backslashes and line ends, as the text format wants them. */
export function escapeText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

const TO_ESCAPE = /[\\\n"]/;

function labelText(labels: Sample["labels"]): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(labels)) {
    const escaped = TO_ESCAPE.test(value) ? escapeText(value).replaceAll('"', '\\"') : value;
    pairs.push(`${name}="${escaped}"`);
  }
  // With join() instead of +=, so that the text is contiguous in memory: it is copied once for each family.
  return pairs.length === 0 ? "" : ["{", pairs.join(","), "}"].join("");
}

/** How many rows are labelled in one step: less than a millisecond of work. */
const STEP = 500;

/** Writes the labels of one window's rows, of which there are `count`. */
export function* labelRows(
  window: string,
  count: number,
  labelsAt: (index: number) => Sample["labels"],
): Steps<LabeledRows> {
  const hash = createHash("sha256");
  const texts: string[] = [];
  for (let start = 0; start < count; start += STEP) {
    for (let index = start; index < Math.min(start + STEP, count); index++) texts.push(labelText(labelsAt(index)));
    // No text has a line end of its own.
    hash.update(texts.slice(start).join("\n")).update("\n");
    yield;
  }
  return { window, texts, digest: hash.digest() };
}

/** Samples by the value of their label `window`, windows in the order of their first sample. */
function byWindow(samples: readonly Sample[]): ReadonlyMap<string, readonly Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const window = sample.labels["window"] ?? "";
    const group = groups.get(window);
    if (group) group.push(sample);
    else groups.set(window, [sample]);
  }
  return groups;
}

/** A value as columns have it: NaN is not a measurement, nor is infinity. */
export function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : NaN;
}

/** The columns of samples, in steps of a few milliseconds. */
export function* columnsOf(samples: readonly Sample[]): Steps<Column[]> {
  const columns: Column[] = [];
  for (const [window, group] of byWindow(samples)) {
    const rows = yield* labelRows(window, group.length, (index) => group[index]?.labels ?? {});
    columns.push({ rows, values: Float64Array.from(group, ({ value }) => finite(value)) });
  }
  return columns;
}
