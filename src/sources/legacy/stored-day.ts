import { z } from "zod";
import { LEGACY_TICK_FIELDS, type LegacyTickValues } from "./fields.ts";
import type { LabelerInfo } from "../../answers/answer.ts";
import { type KeptOfPeople, keptLabelers, labelerInfo, mapOf, numbers, readParts } from "../stored-parts.ts";

/** What a day's answer of the legacy endpoint says of labelers, by their ids. */
export interface LegacyDay {
  readonly ticks: ReadonlyMap<string, LegacyTickValues>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
}

const day = z.strictObject({ ticks: mapOf(numbers(LEGACY_TICK_FIELDS)), labelers: mapOf(labelerInfo) });
const partsSchema = z.tuple([day]);

/** A day as JSON can hold it. */
export function partsOfLegacyDay({ ticks, labelers }: LegacyDay, kept: KeptOfPeople): readonly unknown[] {
  return [{ ticks: [...ticks], labelers: keptLabelers(labelers, kept) }];
}

/**
 * What {@link partsOfLegacyDay} was given, as far as it was kept.
 * @throws RefusedError when the parts are no such day
 */
export function legacyDayOfParts(parts: readonly unknown[]): LegacyDay {
  const [read] = readParts(partsSchema, parts);
  return read;
}
