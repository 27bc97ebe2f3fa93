import fc from "fast-check";
import { expect, test } from "vitest";
import { type Labeled, compareText, sortByLabels } from "../../src/metrics/family.ts";
import { inOneGo } from "../../src/steps.ts";

/** As many items as several runs have, many of them with equal labels. */
function itemsOf(count: number, seed: number): Labeled<number>[] {
  return Array.from({ length: count }, (_, index) => {
    const [project, window] = [(index * seed) % 97, (index * seed) % 5];
    const labels = { project: `p${project}`, ...(window === 0 ? {} : { window: `${window}d` }) };
    return { labels, values: index };
  });
}

test("items of any number come in the order of their labels, equal ones in the order they came in", () => {
  const names = ["window", "project"];
  const keyOf = ({ labels }: Labeled<number>) => names.map((name) => labels[name] ?? "").join(" ");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 1, max: 10_007 }), (count, seed) => {
      const items = itemsOf(count, seed);
      const sorted = inOneGo(sortByLabels(items, names));
      expect(sorted).toEqual(items.toSorted((a, b) => compareText(keyOf(a), keyOf(b))));
    }),
    {
      numRuns: 30,
      examples: [
        [0, 1],
        [1, 1],
        [2_000, 7],
        [2_001, 7],
        [6_001, 31],
      ],
    },
  );
});
