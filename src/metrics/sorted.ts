/** Something to make samples of, with the labels they will have. */
export interface Labeled<V> {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: V;
}

/** Code-unit order: the same on every machine, unlike a locale's. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Sorts by the labels given, the first one first; a label that is not there counts as empty. */
export function sortByLabels<V>(items: readonly Labeled<V>[], names: readonly string[]): Labeled<V>[] {
  return items.toSorted((a, b) => {
    for (const name of names) {
      const order = compareText(a.labels[name] ?? "", b.labels[name] ?? "");
      if (order !== 0) return order;
    }
    return 0;
  });
}
