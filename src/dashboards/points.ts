import type { Override } from "./grafana-types.ts";
import type { Bounds, Query, Unit } from "./model.ts";

/** A difference of two ratios is in points, never in %: from 80 % to 90 % is ten points and not 12.5 %. */
export const POINTS: Unit = "suffix:points";
export const POINTS_BOUNDS: Bounds = [-100, 100];

/** A difference of two ratios in points, to a tenth. */
export function points(difference: string): string {
  return `round(100 * (${difference}), 0.1)`;
}

/** Grafana shows a minus and no plus: the query for values above 0 is one of its own, whose unit is the plus. */
export function signed(query: Query): Query[] {
  const empty = { emptyReason: query.emptyReason ?? "the difference has the other sign" };
  return [
    { ...query, ...empty, expr: `(${query.expr}) > 0` },
    { ...query, ...empty, expr: `(${query.expr}) <= 0` },
  ];
}

/** For the first of {@link signed}. */
export const SIGNED: readonly Override[] = [
  { matcher: { id: "byFrameRefID", options: "A" }, properties: [{ id: "unit", value: "prefix:+" }] },
];
