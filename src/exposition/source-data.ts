import type { DroppableDefinition, MetricDefinition, Sample } from "../metrics/definition.ts";
import { type Column, columnsOf } from "../metrics/column.ts";
import type { SteppedFamily } from "../metrics/family.ts";
import { type NameFamily, nameFamilies } from "../metrics/info-metrics.ts";
import { shownPeople } from "../metrics/labeler-labels.ts";
import { type MakeLines, type WindowLines, linesOfSamples, seriesOf, withLineMaker } from "./window-lines.ts";
import type { Collected, Settings } from "../sources/source.ts";
import type { Unmatched } from "../sources/unmatched.ts";
import { type Steps, inSlices } from "../steps.ts";

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

function* columnsOfFamily(family: SteppedFamily): Steps<readonly Column[]> {
  return "columns" in family ? yield* family.columns() : yield* columnsOf(yield* family.samples());
}

/** Renders families in their order, at most `limit` series of them: whole families are dropped, never single rows. */
export async function renderUpTo(
  limit: number,
  families: readonly SteppedFamily[],
  make: MakeLines,
): Promise<RenderedFamilies> {
  const rendered: RenderedFamily[] = [];
  const dropped: DroppedFamily[] = [];
  let left = limit;
  for (const family of families) {
    const { definition } = family;
    const columns = await inSlices(columnsOfFamily(family));
    const series = columns.reduce((sum, column) => sum + seriesOf(column), 0);
    if (series === 0) continue;
    // After the first family that does not fit all are dropped: what is dropped depends on their order only.
    if (dropped.length > 0 || series > left) dropped.push({ definition, series });
    else {
      rendered.push({ definition, lines: await make(definition, columns) });
      left -= series;
    }
  }
  return { families: rendered, dropped };
}

async function renderNames(families: readonly NameFamily[], make: MakeLines): Promise<RenderedNames[]> {
  const rendered: RenderedNames[] = [];
  for (const { definition, label, samples } of families) {
    const family = { definition, samples: samples() };
    rendered.push({ ...family, label, lines: await linesOfSamples(make, family) });
  }
  return rendered;
}

/**
 * Renders the data of a poll, the most valuable families first, up to `limits.series` series.
 * @param before the data of the poll before: lines that are still the same are taken over
 */
export async function renderSourceData(
  collected: Collected,
  { workspace: { exclude, seriesLimit }, people }: Settings,
  before?: SourceData,
): Promise<SourceData> {
  const isWanted = ({ definition }: { readonly definition: MetricDefinition }) => !exclude.includes(definition.name);
  const families = (await inSlices(collected.families()))
    .filter(isWanted)
    .toSorted((a, b) => a.definition.dropOrder - b.definition.dropOrder);
  const { day, notices, peopleCount, unmatched } = collected;
  const known = [...(before?.families ?? []), ...(before?.names ?? [])].flatMap(({ lines }) => lines);
  return withLineMaker(
    async (make) => ({
      ...(await renderUpTo(seriesLimit, families, make)),
      ...{ workspace: collected.names.workspace, day },
      ...(notices ? { notices } : {}),
      ...(peopleCount === undefined ? {} : { peopleCount }),
      ...(unmatched ? { unmatched } : {}),
      names: await renderNames(nameFamilies(collected.names, shownPeople(people)).filter(isWanted), make),
    }),
    known,
  );
}
