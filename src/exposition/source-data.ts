import type { DroppableDefinition, MetricDefinition, Sample } from "../metrics/definition.ts";
import type { SteppedFamily } from "../metrics/family.ts";
import { type NameFamily, nameFamilies } from "../metrics/info-metrics.ts";
import { shownPeople } from "../metrics/labeler-labels.ts";
import { renderSamples } from "../metrics/render-family.ts";
import { type Chunk, type ChunkMaker, withChunkMaker } from "./chunk.ts";
import type { Collected, Settings } from "../sources/source.ts";
import type { Unmatched } from "../sources/unmatched.ts";
import { inSlices } from "../steps.ts";

/** Sample lines of one metric in one window; `window` is empty where the metric has none. */
export interface WindowLines {
  readonly window: string;
  readonly series: number;
  readonly chunk: Chunk;
}

/** One family's sample lines. */
export interface RenderedFamily {
  readonly definition: DroppableDefinition;
  readonly lines: readonly WindowLines[];
}

/** A family that the series limit leaves out. */
export interface DroppedFamily {
  readonly definition: DroppableDefinition;
  readonly series: number;
}

/** Rendered families, as many as the series limit allows. */
export interface RenderedFamilies {
  /** The most valuable family first. */
  readonly families: readonly RenderedFamily[];
  /** The families that do not fit. */
  readonly dropped: readonly DroppedFamily[];
}

/** A {@link NameFamily} with its samples and their lines. */
export interface RenderedNames extends Omit<NameFamily, "samples">, RenderedFamily {
  readonly samples: readonly Sample[];
}

/** The rendered data of one good poll of one source. Never changed once made. */
export interface SourceData extends RenderedFamilies {
  /** The workspace's name, as the lines have it. */
  readonly workspace: string;
  /** The calendar day the poll's windows ended on. */
  readonly day: string;
  /** Names of everything in the data. Kept apart because names that an earlier source gives are left out. */
  readonly names: readonly RenderedNames[];
  /** The API's messages to its users; absent for endpoints without notices. */
  readonly notices?: readonly string[];
  /** How many people the answers name; only where the configuration limits the labelers. */
  readonly peopleCount?: number;
  /** Names in the configuration that matched nothing; absent for data from before a restart. */
  readonly unmatched?: readonly Unmatched[];
}

/** Renders samples by window, windows in the order of their first sample. */
export async function renderByWindow(
  { definition, samples }: { readonly definition: MetricDefinition; readonly samples: readonly Sample[] },
  maker: ChunkMaker,
): Promise<WindowLines[]> {
  const byWindow = new Map<string, Sample[]>();
  for (const sample of samples) {
    const window = sample.labels["window"] ?? "";
    const group = byWindow.get(window);
    if (group) group.push(sample);
    else byWindow.set(window, [sample]);
  }
  const rendered: WindowLines[] = [];
  for (const [window, group] of byWindow)
    rendered.push({ window, series: group.length, chunk: await maker.make(await renderSamples(definition, group)) });
  return rendered;
}

/** Renders families in their order, at most `limit` series of them: whole families are dropped, never single rows. */
export async function renderUpTo(
  limit: number,
  families: readonly SteppedFamily[],
  maker: ChunkMaker,
): Promise<RenderedFamilies> {
  const rendered: RenderedFamily[] = [];
  const dropped: DroppedFamily[] = [];
  let left = limit;
  for (const { definition, samples } of families) {
    const made = await inSlices(samples());
    if (made.length === 0) continue;
    // After the first family that does not fit all are dropped: what is dropped depends on their order only.
    if (dropped.length > 0 || made.length > left) dropped.push({ definition, series: made.length });
    else {
      rendered.push({ definition, lines: await renderByWindow({ definition, samples: made }, maker) });
      left -= made.length;
    }
  }
  return { families: rendered, dropped };
}

async function renderNames(families: readonly NameFamily[], maker: ChunkMaker): Promise<RenderedNames[]> {
  const rendered: RenderedNames[] = [];
  for (const { definition, label, samples } of families) {
    const family = { definition, samples: samples() };
    rendered.push({ ...family, label, lines: await renderByWindow(family, maker) });
  }
  return rendered;
}

/** Renders the data of a poll, the most valuable families first, up to `limits.series` series. */
export async function renderSourceData(
  collected: Collected,
  { workspace: { exclude, seriesLimit }, people }: Settings,
): Promise<SourceData> {
  const isWanted = ({ definition }: { readonly definition: MetricDefinition }) => !exclude.includes(definition.name);
  const families = (await inSlices(collected.families()))
    .filter(isWanted)
    .toSorted((a, b) => a.definition.dropOrder - b.definition.dropOrder);
  const { day, notices, peopleCount, unmatched } = collected;
  return withChunkMaker(async (maker) => ({
    ...(await renderUpTo(seriesLimit, families, maker)),
    ...{ workspace: collected.names.workspace, day },
    ...(notices ? { notices } : {}),
    ...(peopleCount === undefined ? {} : { peopleCount }),
    ...(unmatched ? { unmatched } : {}),
    names: await renderNames(nameFamilies(collected.names, shownPeople(people)).filter(isWanted), maker),
  }));
}
