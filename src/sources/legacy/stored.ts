import { z } from "zod";
import { LEGACY_ROW_FIELDS, LEGACY_TICK_FIELDS, type LegacyWorkspaceStats } from "./fields.ts";
import {
  type KeptOfPeople,
  id,
  keptLabelers,
  labelerInfo,
  mapOf,
  numbers,
  projectInfo,
  readParts,
} from "../stored-parts.ts";

const head = z.strictObject({
  workspace: id,
  day: z.iso.date(),
  lastUpdatedMs: z.number().min(0).optional(),
  projects: mapOf(projectInfo),
  labelers: mapOf(labelerInfo),
});

const windowPart = z
  .strictObject({
    window: id,
    rows: mapOf(numbers(LEGACY_ROW_FIELDS)),
    ticks: mapOf(numbers(LEGACY_TICK_FIELDS)).optional(),
  })
  .transform((part) => ({ ...part, ticks: part.ticks }));

const statsParts = z.tuple([head], windowPart);

/** Legacy statistics as JSON can hold them: what they have in common, then window by window. */
export function partsOfLegacyStats(
  { windows, ...stats }: LegacyWorkspaceStats,
  kept: KeptOfPeople,
): readonly unknown[] {
  return [
    { ...stats, projects: [...stats.projects], labelers: keptLabelers(stats.labelers, kept) },
    ...windows.map(({ window, rows, ticks }) => ({ window, rows: [...rows], ...(ticks ? { ticks: [...ticks] } : {}) })),
  ];
}

/**
 * What {@link partsOfLegacyStats} was given, as far as it was kept.
 * @throws RefusedError when the parts have another form
 */
export function legacyStatsOfParts(parts: readonly unknown[]): LegacyWorkspaceStats {
  const [{ lastUpdatedMs, ...rest }, ...windows] = readParts(statsParts, parts);
  return { ...rest, lastUpdatedMs, windows };
}
