import type { Moment } from "../clock.ts";
import type { DroppableDefinition, Sample } from "../metrics/definition.ts";
import type { NamedLabel } from "../metrics/info-metrics.ts";
import { type WorkspaceState, freshData } from "./workspace-state.ts";
import { type DroppedFamily, type RenderedFamily, type RenderedNames, type SourceData } from "./source-data.ts";
import { type WindowLines, linesOfSamples, withLineMaker } from "./window-lines.ts";
import { calendarDay, isWindowOver } from "../calendar/windows.ts";

/** A family of a source, or the part of it that no earlier source gives. */
interface Part {
  readonly definition: DroppableDefinition;
  readonly series: number;
  readonly lines: () => Promise<readonly WindowLines[]>;
}

/** A {@link Part}, or a family that was not rendered for lack of room. */
type Candidate = Part | (DroppedFamily & { readonly lines?: undefined });

/** A source's data, cut to what fits into the series limit. */
export interface Fitted {
  /** The calendar day the data's windows ended on. */
  readonly day: string;
  /** The most valuable first. */
  readonly parts: readonly Part[];
  readonly series: number;
  readonly droppedSeries: number;
  /** Names of the families that did not fit, the most valuable first. */
  readonly droppedFamilies: readonly string[];
}

/** Ids whose name has been published already, as their labels show them. */
type Named = Readonly<Record<NamedLabel, Set<string>>>;

const seriesOf = (all: readonly { readonly series: number }[]) => all.reduce((sum, { series }) => sum + series, 0);

function asPart({ definition, lines }: RenderedFamily): Part {
  return { definition, series: seriesOf(lines), lines: () => Promise.resolve(lines) };
}

async function renderOwn(definition: DroppableDefinition, samples: readonly Sample[]): Promise<readonly WindowLines[]> {
  return withLineMaker((make) => linesOfSamples(make, { definition, samples }));
}

/** Each id has exactly one series with its name: that of the first source that knows it. */
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
    // After the first family that does not fit, all less valuable ones are dropped too.
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
 * Cuts the data of a workspace's sources to the series limit: whole families, the most valuable first, source by source.
 * Once a source had to drop a family, later sources get no room at all.
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

/** Cuts the data of a workspace that is fresh at the given moment to its series limit; by source. */
export function fittedOf(
  { workspace, sources, seriesLimit }: WorkspaceState,
  now: Moment,
): ReadonlyMap<string, Fitted> {
  const fresh = [...sources].flatMap(([source, state]): [string, SourceData][] => {
    const data = freshData(state, now);
    // Data from before a restart may carry a name that the workspace no longer has.
    return data?.workspace === workspace ? [[source, data]] : [];
  });
  return fitSources(fresh, seriesLimit);
}

type Lines = ReadonlyMap<string, readonly WindowLines[]>;

/** How much of a source is published. */
export interface PublishedSource {
  readonly series: number;
  readonly droppedSeries: number;
}

/** What is published of a workspace at a moment. */
export interface Published {
  readonly state: WorkspaceState;
  /** Sample lines by metric name. */
  readonly lines: Lines;
  readonly sources: ReadonlyMap<string, PublishedSource>;
}

/**
 * Names of the windows that are over by now. After midnight, yesterday's number must not be published as today's.
 */
function windowsOver({ windows, timezone }: WorkspaceState, day: string, nowMs: number): ReadonlySet<string> {
  const today = calendarDay(nowMs, timezone);
  return new Set(windows.filter((window) => isWindowOver(window, day, today)).map(({ name }) => name));
}

/** The lines of one source, by metric name, without windows that are over. */
async function linesOf({ parts, day }: Fitted, state: WorkspaceState, nowMs: number): Promise<Lines> {
  const over = windowsOver(state, day, nowMs);
  const lines = new Map<string, readonly WindowLines[]>();
  for (const part of parts)
    lines.set(
      part.definition.name,
      (await part.lines()).filter(({ window }) => !over.has(window)),
    );
  return lines;
}

/** What may be published of a workspace at the given moment: no stale data, no windows that are over. */
export async function publishedOf(state: WorkspaceState, now: Moment): Promise<Published> {
  const fitted = fittedOf(state, now);
  const lines = new Map<string, readonly WindowLines[]>();
  const sources = new Map<string, PublishedSource>();
  for (const [name, { data }] of state.sources) {
    const one = fitted.get(name);
    const own = one ? await linesOf(one, state, now.epochMs) : new Map<string, readonly WindowLines[]>();
    for (const [metric, added] of own) lines.set(metric, [...(lines.get(metric) ?? []), ...added]);
    sources.set(name, {
      series: seriesOf([...own.values()].flat()),
      droppedSeries: one?.droppedSeries ?? seriesOf(data?.dropped ?? []),
    });
  }
  return { state, lines, sources };
}
