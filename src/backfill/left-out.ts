import type { Window } from "../calendar/windows.ts";
import { GRAINS, METRICS } from "./history.ts";
import { type Learned, isKnown } from "./series.ts";

/** Metrics that have no value in some windows, because days do not add up to them. */
export interface LeftOut {
  readonly windows: readonly string[];
  readonly metrics: readonly string[];
}

/** What could not be known, by the windows it could not be known in. */
export function leftOut(learned: Learned, exclude: readonly string[]): readonly LeftOut[] {
  const byWindows = new Map<string, { windows: readonly string[]; metrics: string[] }>();
  const isTold = (grain: (typeof GRAINS)[number]) => learned.days.tracks(grain).length > 0;
  const told = GRAINS.filter(isTold).flatMap((grain) => METRICS[grain].map((definition) => ({ grain, definition })));
  for (const { grain, definition } of told.filter((one) => !exclude.includes(one.definition.name))) {
    const isUnknown = (window: Window) => !isKnown(learned, window, grain, definition);
    const unknown = learned.windows.filter(isUnknown).map(({ name }) => name);
    if (unknown.length === 0) continue;
    const key = unknown.join(", ");
    const group = byWindows.get(key) ?? { windows: unknown, metrics: [] };
    group.metrics.push(definition.name);
    byWindows.set(key, group);
  }
  return [...byWindows.values()];
}
