import type { Steps } from "../steps.ts";
import type { DroppableDefinition, Sample } from "./definition.ts";

/** Something to make samples of, with the labels they will have. */
export interface Labeled<V> {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: V;
}

/** Code-unit order: the same on every machine, unlike a locale's. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

type Compare<T> = (a: T, b: T) => number;

/** So many items are sorted or merged in one step: a few milliseconds. */
const RUN = 2_000;

/** One sorted list out of two, of which the first has the items that come first among equal ones. */
function* merged<T>(a: readonly T[], b: readonly T[], compare: Compare<T>): Steps<T[]> {
  const result: T[] = [];
  for (let [i, j] = [0, 0]; i < a.length || j < b.length;) {
    const [left, right] = [a[i], b[j]];
    const takesLeft = right === undefined || (left !== undefined && compare(left, right) <= 0);
    const next = takesLeft ? left : right;
    if (next !== undefined) result.push(next);
    if (takesLeft) i++;
    else j++;
    if (result.length % RUN === 0) yield;
  }
  return result;
}

/** Sorts as `toSorted` does, in steps: runs that are sorted, then merged two by two. */
function* sortInSteps<T>(items: readonly T[], compare: Compare<T>): Steps<readonly T[]> {
  let runs: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const next: (readonly T[])[] = [];
    for (let at = 0; at < runs.length; at += 2) next.push(yield* merged(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = next;
  }
  return runs[0] ?? [];
}

/** Sorts by the labels given, the first one first; a label that is not there counts as empty. */
export function* sortByLabels<V>(items: readonly Labeled<V>[], names: readonly string[]): Steps<readonly Labeled<V>[]> {
  return yield* sortInSteps(items, (a, b) => {
    for (const name of names) {
      const order = compareText(a.labels[name] ?? "", b.labels[name] ?? "");
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** A definition and the way to its samples. They are made when asked for, so that only one family is held at a time. */
export interface Family {
  readonly definition: DroppableDefinition;
  readonly samples: () => readonly Sample[];
}

/** A {@link Family} with so many samples that making them must let others have the event loop. */
export interface SteppedFamily {
  readonly definition: DroppableDefinition;
  readonly samples: () => Steps<readonly Sample[]>;
}

/** A small family among large ones. */
export function inOneStep({ definition, samples }: Family): SteppedFamily {
  return {
    definition,
    samples: function* () {
      yield;
      return samples();
    },
  };
}

/** The samples of what has a value, in steps of some milliseconds. */
export function* samplesInSteps<V>(
  items: readonly Labeled<V>[],
  valueOf: (values: V) => number | undefined,
): Steps<readonly Sample[]> {
  const samples: Sample[] = [];
  for (const [index, { labels, values }] of items.entries()) {
    const value = valueOf(values);
    if (value !== undefined) samples.push({ labels, value });
    if (index % 1_000 === 999) yield;
  }
  return samples;
}
