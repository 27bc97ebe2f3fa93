import type { MetricDefinition } from "../metrics/definition.ts";
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
  const definitions: readonly MetricDefinition[] = GRAINS.filter(isTold).flatMap((grain) => METRICS[grain]);
  for (const definition of definitions.filter(({ name }) => !exclude.includes(name))) {
    const unknown = learned.windows.filter((window) => !isKnown(learned, window, definition)).map(({ name }) => name);
    if (unknown.length === 0) continue;
    const key = unknown.join(", ");
    const group = byWindows.get(key) ?? { windows: unknown, metrics: [] };
    group.metrics.push(definition.name);
    byWindows.set(key, group);
  }
  return [...byWindows.values()];
}
