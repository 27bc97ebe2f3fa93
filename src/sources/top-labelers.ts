import { windowRange } from "../calendar/windows.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import { type MetricDefinition, addsUpOverLabelers } from "../metrics/definition.ts";
import { compareText } from "../metrics/family.ts";
import { OTHER_LABELER, isSystem } from "../metrics/labeler-labels.ts";
import type { LabelerInfo } from "../answers/names.ts";
import type { Settings } from "./source.ts";

// limits.labelers: the people who did most keep their series; the others are summed into one labeler, so that sums over
// labelers stay what they are. Programs are neither ranked nor summed.

/** What a labeler did, the number that ranks first; further ones decide between equals. */
export type Work = readonly number[];

type Labelers = ReadonlyMap<string, LabelerInfo>;

function compareWork(a: Work, b: Work): number {
  const at = a.findIndex((value, index) => value !== (b[index] ?? 0));
  return at < 0 ? 0 : (b[at] ?? 0) - (a[at] ?? 0);
}

/** The ids of people; programs left out. */
function peopleIn(labelers: Labelers, { people }: Pick<Settings, "people">): string[] {
  return [...labelers].filter(([id, info]) => !isSystem(id, info, people)).map(([id]) => id);
}

/** How many people the answers name, where the configuration limits the labelers. */
export function countedPeople(labelers: Labelers, settings: Settings): { readonly peopleCount?: number } {
  return settings.workspace.labelersLimit === undefined ? {} : { peopleCount: peopleIn(labelers, settings).length };
}

/** The name of the window that reaches back the furthest. */
function widestOf({ windows }: WorkspaceConfig, today: string): string | undefined {
  const starts = windows.map((window) => ({ name: window.name, from: windowRange(window, today).startDate }));
  return starts.toSorted((a, b) => compareText(a.from, b.from))[0]?.name;
}

/** Statistics as far as they are ranked. */
export interface Ranked<W> {
  readonly day: string;
  readonly labelers: Labelers;
  readonly windows: readonly (W & { readonly window: string })[];
}

/**
 * The people whose work is summed up: all but those who did most in the widest window. Among equals the ids decide, so the same
 * answers always give the same people.
 * @param workIn what each labeler did in a window
 * @returns undefined where the configuration has no limit, or everyone fits
 */
export function summedUp<W>(
  { day, labelers, windows }: Ranked<W>,
  settings: Settings,
  workIn: (window: W) => ReadonlyMap<string, Work>,
): ReadonlySet<string> | undefined {
  const { labelersLimit: limit } = settings.workspace;
  if (limit === undefined) return undefined;
  const people = peopleIn(labelers, settings);
  if (people.length <= limit) return undefined;
  const name = widestOf(settings.workspace, day);
  const work = new Map(windows.filter(({ window }) => window === name).flatMap((widest) => [...workIn(widest)]));
  const workOf = (id: string) => work.get(id) ?? [];
  const ranked = people
    .filter((id) => id !== OTHER_LABELER)
    .toSorted((a, b) => compareWork(workOf(a), workOf(b)) || compareText(a, b));
  return new Set([...ranked.slice(limit), OTHER_LABELER]);
}

/** Labelers without those who are summed up, and with the one that stands for them. */
export function labelersLeft(labelers: Labelers, summed: ReadonlySet<string>): Labelers {
  const left = [...labelers].filter(([id]) => !summed.has(id));
  return new Map([...left, [OTHER_LABELER, { name: undefined, email: undefined }]]);
}

/** The fields whose values may be added up over labelers. */
export function additiveFields<F extends string>(metrics: readonly (readonly [F, MetricDefinition])[]): readonly F[] {
  return metrics.flatMap(([field, definition]) => (addsUpOverLabelers(definition) ? [field] : []));
}

/** Adds up the given fields; what neither has is left out. */
export function added<F extends string>(
  a: Readonly<Partial<Record<F, number>>>,
  b: Readonly<Partial<Record<F, number>>>,
  fields: readonly F[],
): Partial<Record<F, number>> {
  const sum: Partial<Record<F, number>> = {};
  for (const field of fields) {
    const [left, right] = [a[field], b[field]];
    if (left !== undefined || right !== undefined) sum[field] = (left ?? 0) + (right ?? 0);
  }
  return sum;
}

/** A map by labeler in which those who are summed up are one. */
export function withOther<F extends string>(
  byLabeler: ReadonlyMap<string, Readonly<Partial<Record<F, number>>>>,
  summed: ReadonlySet<string>,
  fields: readonly F[],
): ReadonlyMap<string, Readonly<Partial<Record<F, number>>>> {
  const left = new Map([...byLabeler].filter(([id]) => !summed.has(id)));
  const others = [...byLabeler].filter(([id]) => summed.has(id)).map(([, values]) => values);
  if (others.length === 0) return left;
  const none: Partial<Record<F, number>> = {};
  return left.set(
    OTHER_LABELER,
    others.reduce((sum, values) => added(sum, values, fields), none),
  );
}
