import { z } from "zod";
import type { LegacyTickValues } from "../api/legacy.ts";
import type { LabelerInfo } from "../api/stats.ts";
import { RefusedError } from "./refused-error.ts";
import { type KeptOfPeople, keptOf, labelerInfo, mapOf } from "./stats-parts.ts";

/** What a day's answer of the legacy endpoint says of labelers, by their ids. */
export interface LegacyDay {
  readonly ticks: ReadonlyMap<string, LegacyTickValues>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
}

const count = z.number().min(0).exactOptional();
const values = z.strictObject({
  total_time_spent_annotating_minutes: count,
  total_images_labeled: count,
  total_boxes_created: count,
});
const partsSchema = z.tuple([z.strictObject({ ticks: mapOf(values), labelers: mapOf(labelerInfo) })]);

/** A day as JSON can hold it. */
export function partsOfLegacyDay({ ticks, labelers }: LegacyDay, kept: KeptOfPeople): readonly unknown[] {
  return [{ ticks: [...ticks], labelers: [...labelers].map(([id, info]) => [id, keptOf(info, kept)]) }];
}

/**
 * What {@link partsOfLegacyDay} was given, as far as it was kept.
 * @throws RefusedError when the parts are no such day
 */
export function legacyDayOfParts(parts: readonly unknown[]): LegacyDay {
  const result = partsSchema.safeParse(parts);
  if (!result.success) throw new RefusedError(`has another form: ${result.error.issues[0]?.path.join(".") ?? ""}`);
  return result.data[0];
}
