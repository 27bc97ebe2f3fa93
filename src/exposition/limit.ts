import type { Moment } from "../clock.ts";
import type { DroppableDefinition, Sample } from "../metrics/definition.ts";
import type { NamedLabel } from "../metrics/name-families.ts";
import { renderSamples } from "../metrics/render-family.ts";
import { freshData } from "./freshness.ts";
import type { DroppedFamily, RenderedFamily, RenderedNames, SourceData, WindowLines } from "./source-data.ts";
import type { WorkspaceState } from "./workspace-state.ts";

/** A family of a source, or the part of it that no earlier source gives. */
interface Part {
  readonly definition: DroppableDefinition;
  readonly series: number;
  readonly lines: () => Promise<readonly WindowLines[]>;
}

/** As a {@link Part}, but left out when it was to be rendered. */
type Candidate = Part | (DroppedFamily & { readonly lines?: undefined });

/** A source's data, as much of it as there is room for. */
export interface Fitted {
  /** The calendar day the data's windows ended on. */
  readonly day: string;
  /** The most valuable first. */
  readonly parts: readonly Part[];
  readonly series: number;
  readonly droppedSeries: number;
  /** Names of the families that went over the series limit, the most valuable first. */
  readonly droppedFamilies: readonly string[];
}

/** The labels that have a name already. */
type Named = Readonly<Record<NamedLabel, Set<string>>>;

const seriesOf = (all: readonly { readonly series: number }[]) => all.reduce((sum, { series }) => sum + series, 0);

function asPart({ definition, lines }: RenderedFamily): Part {
  return { definition, series: seriesOf(lines), lines: () => Promise.resolve(lines) };
}

async function renderOwn(definition: DroppableDefinition, samples: readonly Sample[]): Promise<WindowLines[]> {
  return [{ window: "", series: samples.length, bytes: await renderSamples(definition, samples) }];
}

/** An id has exactly one series with its name: that of the first source that knows it. */
function ownNames(names: RenderedNames, named: Named): Part {
  const { definition, label, samples } = names;
  const known = named[label];
  const own = samples.filter(({ labels }) => !known.has(String(labels[label])));
  for (const { labels } of own) known.add(String(labels[label]));
  if (own.length === samples.length) return asPart(names);
  return { definition, series: own.length, lines: () => renderOwn(definition, own) };
}

/** Takes whole families in their order while there is room for them. */
function fit(data: SourceData, room: number, named: Named): Fitted {
  const names = data.names.map((one) => ownNames(one, named));
  const all: readonly Candidate[] = [...names, ...data.families.map(asPart), ...data.dropped]
    .filter(({ series }) => series > 0)
    .toSorted((a, b) => a.definition.dropOrder - b.definition.dropOrder);
  const parts: Part[] = [];
  let left = room;
  for (const one of all) {
    // Once one is dropped, so is every less valuable one.
    if (one.lines === undefined || one.series > left) break;
    parts.push(one);
    left -= one.series;
  }
  const dropped = all.slice(parts.length);
  return {
    ...{ day: data.day, parts, series: room - left, droppedSeries: seriesOf(dropped) },
    droppedFamilies: dropped.map(({ definition }) => definition.name),
  };
}

/**
 * Finds what of each source's data there is room for: whole families, the most valuable first, source after source. Where
 * one source had to leave something out, no later one has room.
 */
export function fitSources(
  datas: Iterable<readonly [source: string, SourceData]>,
  seriesLimit: number,
): ReadonlyMap<string, Fitted> {
  const named: Named = { project: new Set(), labeler: new Set() };
  const fitted = new Map<string, Fitted>();
  let room = seriesLimit;
  for (const [source, data] of datas) {
    const one = fit(data, room, named);
    fitted.set(source, one);
    room = one.droppedSeries > 0 ? 0 : room - one.series;
  }
  return fitted;
}

/** What of a workspace's data may be published at the given moment, by source: nothing that is too old. */
export function fittedOf(
  { workspace, sources, seriesLimit }: WorkspaceState,
  now: Moment,
): ReadonlyMap<string, Fitted> {
  const fresh = [...sources].flatMap(([source, state]): [string, SourceData][] => {
    const data = freshData(state, now);
    // Kept from before a restart, it may bear a name that the workspace has no more.
    return data?.workspace === workspace ? [[source, data]] : [];
  });
  return fitSources(fresh, seriesLimit);
}
