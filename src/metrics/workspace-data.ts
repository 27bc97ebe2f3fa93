import { setImmediate as nextTurn } from "node:timers/promises";
import type { WorkspaceStats } from "../api/stats.ts";
import { type Family, type FamilyOptions, dataFamilies } from "./families.ts";
import { renderSamples } from "./render-family.ts";

/** The rendered data of one good poll of one workspace. Never changed once made. */
export interface WorkspaceData {
  /** Sample lines by metric name. */
  readonly lines: ReadonlyMap<string, Buffer>;
  readonly series: number;
  readonly droppedSeries: number;
  /** Names of the families that went over the series limit. */
  readonly droppedFamilies: readonly string[];
  readonly notices: readonly string[];
}

async function keepUpTo(limit: number, families: readonly Family[]): Promise<Omit<WorkspaceData, "notices">> {
  const lines = new Map<string, Buffer>();
  const droppedFamilies: string[] = [];
  let [series, droppedSeries] = [0, 0];
  for (const { definition, samples } of families) {
    const made = samples();
    if (made.length === 0) continue;
    // Once one family is over the limit, so is every less valuable one: what is dropped depends on the order alone.
    if (droppedFamilies.length > 0 || series + made.length > limit) {
      droppedFamilies.push(definition.name);
      droppedSeries += made.length;
    } else {
      lines.set(definition.name, await renderSamples(definition, made));
      series += made.length;
    }
  }
  return { lines, series, droppedSeries, droppedFamilies };
}

/** Renders a poll's statistics, at most `seriesLimit` series of them: whole families are dropped, never single rows. */
export async function renderWorkspaceData(
  stats: WorkspaceStats,
  options: FamilyOptions & { readonly seriesLimit: number },
): Promise<WorkspaceData> {
  // Sorting and labelling the rows is one piece of work; it has a turn of the event loop to itself.
  await nextTurn();
  const kept = await keepUpTo(options.seriesLimit, dataFamilies(stats, options));
  return { ...kept, notices: stats.notices };
}
