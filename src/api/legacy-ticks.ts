import { addValues } from "./add-values.ts";
import { LEGACY_TICK_FIELDS, type LegacyTickField, type LegacyTickValues, type TimeRange } from "./legacy.ts";
import { readId } from "./read-fields.ts";
import { readNumbers } from "./read-number.ts";
import { MAX_ID_LENGTH, isRecord, numberSchema } from "./schema.ts";
import type { Anomaly } from "./stats.ts";

/** Borders may be rounded; a tick of another range is off by far more. */
const TOLERANCE_MS = 1_000;

const FIELDS: readonly LegacyTickField[] = [
  "total_time_spent_annotating_minutes",
  "total_images_labeled",
  "total_boxes_created",
];

interface Tick extends TimeRange {
  readonly values: Readonly<Record<string, unknown>>;
}

function readTick(item: unknown): Tick | undefined {
  if (!isRecord(item) || !isRecord(item["values"])) return undefined;
  const [start, end] = [numberSchema.safeParse(item["start_ms"]), numberSchema.safeParse(item["end_ms"])];
  if (!start.success || !end.success || start.data > end.data) return undefined;
  return { startMs: start.data, endMs: end.data, values: item["values"] };
}

/** Whether the ticks lie side by side within the range: only then is their sum work of the range, counted once. */
function problemOf(ticks: readonly Tick[], range: TimeRange): Anomaly["reason"] | undefined {
  const sorted = ticks.toSorted((a, b) => a.startMs - b.startMs);
  const isWithin = ({ startMs, endMs }: Tick) =>
    startMs >= range.startMs - TOLERANCE_MS && endMs <= range.endMs + TOLERANCE_MS;
  if (!sorted.every(isWithin)) return "out_of_range";
  const overlaps = sorted.some(({ startMs }, index) => startMs < (sorted[index - 1]?.endMs ?? -Infinity));
  return overlaps ? "duplicate_row" : undefined;
}

function addTick(sums: Map<string, LegacyTickValues>, { values }: Tick, anomalies: Anomaly[]): void {
  for (const [key, item] of Object.entries(values)) {
    const labeler = readId(key);
    if (labeler === undefined || labeler.length > MAX_ID_LENGTH || !isRecord(item)) {
      anomalies.push({ field: "legacy.ticks.values", reason: "not_an_object" });
      continue;
    }
    const numbers = readNumbers(item, LEGACY_TICK_FIELDS, "legacy.ticks", anomalies);
    const seen = sums.get(labeler);
    sums.set(labeler, seen ? addValues(FIELDS, seen, numbers) : numbers);
  }
}

/**
 * Adds the ticks up by labeler. Their width and order are undocumented.
 * @returns undefined, and a note, when they overlap or reach beyond the range: no sum is better than a wrong one
 */
export function sumTicks(
  items: readonly unknown[],
  range: TimeRange,
  anomalies: Anomaly[],
): ReadonlyMap<string, LegacyTickValues> | undefined {
  const ticks = items.flatMap((item) => readTick(item) ?? []);
  const problem = ticks.length < items.length ? "not_an_object" : problemOf(ticks, range);
  if (problem) {
    anomalies.push({ field: "legacy.ticks", reason: problem });
    return undefined;
  }
  const sums = new Map<string, LegacyTickValues>();
  for (const tick of ticks) addTick(sums, tick, anomalies);
  return sums;
}
