import type { Moment } from "../clock.ts";
import type { MetricDefinition, Sample } from "../metrics/definition.ts";
import { freshData } from "./freshness.ts";
import type { LegacyData } from "../metrics/legacy-data.ts";
import type { WindowLines, WorkspaceData } from "./source-data.ts";
import type { WorkspaceState } from "./workspace-state.ts";

/** Info series of what only the legacy data has. */
interface OwnNames {
  readonly definition: MetricDefinition;
  readonly samples: readonly Sample[];
}

/** What of a workspace's legacy data stands beside its other data. */
export interface LegacyBeside {
  /** The calendar day the data's windows ended on. */
  readonly day: string;
  readonly lines: ReadonlyMap<string, readonly WindowLines[]>;
  readonly names: readonly OwnNames[];
  readonly droppedSeries: number;
  /** Names of the families for which the series limit left no room. */
  readonly droppedFamilies: readonly string[];
}

/** An id has exactly one info series: the other endpoint's, which knows more, where it has one. */
function ownNames({ names }: LegacyData, other: WorkspaceData | undefined): OwnNames[] {
  return names.map(({ definition, label, samples }) => ({
    definition,
    samples: samples().filter(({ labels }) => other?.named[label].has(labels[label] ?? "") !== true),
  }));
}

/** What the other data leaves of the series limit; nothing when it has been cut itself. */
function roomIn(seriesLimit: number, other: WorkspaceData | undefined): number {
  return (other?.droppedSeries ?? 0) > 0 ? 0 : seriesLimit - (other?.series ?? 0);
}

type Lines = LegacyData["lines"];

const sizeOf = (parts: readonly { readonly series: number }[]) => parts.reduce((sum, { series }) => sum + series, 0);

/** Takes whole families in their order while there is room for them. */
function fitting(lines: Lines, room: number): { readonly kept: Lines; readonly dropped: Lines } {
  const [kept, dropped] = [new Map<string, readonly WindowLines[]>(), new Map<string, readonly WindowLines[]>()];
  let left = room;
  for (const [name, parts] of lines) {
    // As where they were rendered: once one is dropped, so is every less valuable one.
    const fits = dropped.size === 0 && sizeOf(parts) <= left;
    (fits ? kept : dropped).set(name, parts);
    left -= sizeOf(parts);
  }
  return { kept, dropped };
}

/**
 * Finds what of the legacy data there is room for beside the other: whole families, the most valuable first, after the
 * other data and the names without which no query can show them.
 */
export function besideOther(data: LegacyData, other: WorkspaceData | undefined, seriesLimit: number): LegacyBeside {
  const names = ownNames(data, other);
  const namesSize = names.reduce((sum, { samples }) => sum + samples.length, 0);
  const room = roomIn(seriesLimit, other) - namesSize;
  const { kept, dropped } = fitting(data.lines, room);
  const droppedSeries = data.droppedSeries + sizeOf([...dropped.values()].flat()) + (room < 0 ? namesSize : 0);
  return {
    ...{ day: data.day, lines: kept, names: room < 0 ? [] : names, droppedSeries },
    droppedFamilies: [...dropped.keys(), ...data.droppedFamilies],
  };
}

/**
 * Finds what of the legacy data may be published at the given moment.
 * @returns undefined when there is no fresh legacy data
 */
export function legacyBeside(state: WorkspaceState, now: Moment): LegacyBeside | undefined {
  const data = state.legacy && freshData(state.legacy, now);
  // Kept from before a restart, it may bear a name that the workspace has no more.
  if (data?.workspace !== state.workspace) return undefined;
  return besideOther(data, freshData(state, now), state.seriesLimit);
}
