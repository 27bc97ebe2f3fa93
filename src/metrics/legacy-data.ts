import type { LegacyWorkspaceStats } from "../sources/legacy/fields.ts";
import { inSlices } from "../steps.ts";
import type { Perishable } from "../exposition/freshness.ts";
import { legacyFamilies } from "../sources/legacy/families.ts";
import { type NameFamily, nameFamilies } from "./name-families.ts";
import { type DataOptions, type RenderedFamilies, renderUpTo } from "../exposition/source-data.ts";

/** The rendered data of one good poll of the legacy endpoint. Never changed once made. */
export interface LegacyData extends RenderedFamilies {
  /** The workspace's name, as the lines have it. */
  readonly workspace: string;
  /** The calendar day the poll's windows ended on. */
  readonly day: string;
  /** Names of everything in the data. Not rendered: those that the other endpoint has named already are left out. */
  readonly names: readonly NameFamily[];
}

/** What is known of a workspace's legacy endpoint. `data` is that of the last good poll, unless it is gone. */
export interface LegacyState extends Perishable<LegacyData> {
  /** What the last poll came to; undefined before the first. */
  readonly outcome: "served" | "gone" | "failed" | undefined;
  /** Whether the endpoint is there; undefined until it was served or gone. A failure says nothing of it. */
  readonly isAvailable: boolean | undefined;
}

/** Renders a legacy poll's statistics, at most `seriesLimit` series of them. */
export async function renderLegacyData(stats: LegacyWorkspaceStats, options: DataOptions): Promise<LegacyData> {
  const rendered = await renderUpTo(options.seriesLimit, await inSlices(legacyFamilies(stats, options)));
  const names = nameFamilies(stats, options.labelers);
  return {
    ...rendered,
    workspace: stats.workspace,
    day: stats.day,
    names: names.filter(({ definition }) => !options.exclude.includes(definition.name)),
  };
}
