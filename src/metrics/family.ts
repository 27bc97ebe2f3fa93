import type { Steps } from "../steps.ts";
import type { Column } from "./column.ts";
import type { DroppableDefinition, Sample } from "./definition.ts";

/** Values to make samples of, with the labels of the samples. */
export interface Labeled<V> {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: V;
}

/** Compares by code units: the order is the same on every machine, unlike a locale's. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

type Compare<T> = (a: T, b: T) => number;

/** How many items are sorted or merged in one step: a few milliseconds of work. */
const RUN = 2_000;

/** Merges two sorted lists; among equal items those of the first list come first. */
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

/** Sorts as `toSorted` does, but in steps: it sorts runs of items, then merges them in pairs. */
export function* sortInSteps<T>(items: readonly T[], compare: Compare<T>): Steps<readonly T[]> {
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

/** Sorts by the given labels, in their order; a missing label counts as empty. */
export function* sortByLabels<V>(items: readonly Labeled<V>[], names: readonly string[]): Steps<readonly Labeled<V>[]> {
  return yield* sortInSteps(items, (a, b) => {
    for (const name of names) {
      const order = compareText(a.labels[name] ?? "", b.labels[name] ?? "");
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** A definition and its samples. They are made on request, so that only one family is in memory at a time. */
export interface Family {
  readonly definition: DroppableDefinition;
  readonly samples: () => readonly Sample[];
}

/** A {@link Family} that is made in steps, to keep the event loop free: as samples, or as columns where there are many. */
export type SteppedFamily = { readonly definition: DroppableDefinition } & (
  { readonly samples: () => Steps<readonly Sample[]> } | { readonly columns: () => Steps<readonly Column[]> }
);

/** Makes a small family one of a single step. */
export function inOneStep({ definition, samples }: Family): SteppedFamily {
  return {
    definition,
    samples: function* () {
      yield;
      return samples();
    },
  };
}

/** The samples of all items that have a value, in steps of a few milliseconds. */
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
