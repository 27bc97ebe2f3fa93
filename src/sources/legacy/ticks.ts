import type { Steps } from "../../steps.ts";
import { addValues, numberOf, readNumbers } from "../../answers/numbers.ts";
import type { AnomalyReason, AnomalyTally } from "../../answers/anomalies.ts";
import { LEGACY_TICK_FIELDS, type LegacyTickField, type LegacyTickValues, type TimeRange } from "./fields.ts";
import { fingerprint } from "../../answers/rows.ts";
import { idProblem, readId } from "../../answers/fields.ts";
import { isRecord } from "../../untrusted.ts";

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
  const [startMs, endMs] = [numberOf(item["start_ms"]), numberOf(item["end_ms"])];
  if (startMs === undefined || endMs === undefined || startMs > endMs) return undefined;
  return { startMs, endMs, values: item["values"] };
}

/** Each tick once: one that says the same as its neighbour is a repetition. */
function withoutRepeated(sorted: readonly Tick[], anomalies: AnomalyTally): Tick[] {
  return sorted.filter((tick, index) => {
    const last = sorted[index - 1];
    const isRepeated =
      last?.startMs === tick.startMs &&
      last.endMs === tick.endMs &&
      fingerprint(last.values) === fingerprint(tick.values);
    if (isRepeated) anomalies.note("legacy.ticks", "repeated_row");
    return !isRepeated;
  });
}

/** Whether the ticks lie side by side within the range: only then is their sum work of the range, counted once. */
function problemOf(sorted: readonly Tick[], range: TimeRange): AnomalyReason | undefined {
  const isWithin = ({ startMs, endMs }: Tick) =>
    startMs >= range.startMs - TOLERANCE_MS && endMs <= range.endMs + TOLERANCE_MS;
  if (!sorted.every(isWithin)) return "out_of_range";
  const overlaps = sorted.some(({ startMs }, index) => startMs < (sorted[index - 1]?.endMs ?? -Infinity));
  return overlaps ? "duplicate_row" : undefined;
}

function addLabeler(sums: Map<string, LegacyTickValues>, key: string, item: unknown, anomalies: AnomalyTally): void {
  const labeler = readId(key);
  if (labeler === undefined || idProblem(labeler) !== undefined || !isRecord(item)) {
    anomalies.note("legacy.ticks.values", isRecord(item) ? "bad_id" : "not_an_object");
    return;
  }
  const numbers = readNumbers(item, LEGACY_TICK_FIELDS, "legacy.ticks", anomalies);
  const seen = sums.get(labeler);
  sums.set(labeler, seen ? addValues(FIELDS, seen, numbers) : numbers);
}

/**
 * Adds the ticks up by labeler. Their width and order are undocumented.
 * @returns undefined, and a note, when they overlap or reach beyond the range: no sum is better than a wrong one
 */
export function* sumTicks(
  items: readonly unknown[],
  range: TimeRange,
  anomalies: AnomalyTally,
): Steps<ReadonlyMap<string, LegacyTickValues> | undefined> {
  const ticks = items.flatMap((item) => readTick(item) ?? []).sort((a, b) => a.startMs - b.startMs);
  const once = withoutRepeated(ticks, anomalies);
  const problem = ticks.length < items.length ? "not_an_object" : problemOf(once, range);
  if (problem) {
    anomalies.note("legacy.ticks", problem);
    return undefined;
  }
  const sums = new Map<string, LegacyTickValues>();
  for (const { values } of once) {
    for (const key in values) {
      addLabeler(sums, key, values[key], anomalies);
      yield;
    }
  }
  return sums;
}
