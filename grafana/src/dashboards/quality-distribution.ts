import { ENOUGH_REVIEWS, reviewed } from "../approval.ts";
import { ROW } from "../metric-names.ts";
import type { PanelDefinition, Query } from "../model.ts";
import { coloured, timeSeries } from "../panels/series.ts";
import { bars } from "../panels/single.ts";
import { CHOSEN, pairs, PROJECT_SCOPE, zeroIfKnown } from "../promql.ts";

/** Bands of approval, the worst first; each from its lower end up to the next one's. */
const BANDS = [
  { legend: "below 70 %", from: undefined, to: 0.7, color: "dark-red" },
  { legend: "70 to 80 %", from: 0.7, to: 0.8, color: "red" },
  { legend: "80 to 90 %", from: 0.8, to: 0.9, color: "yellow" },
  { legend: "90 to 95 %", from: 0.9, to: 0.95, color: "light-green" },
  { legend: "95 % and more", from: 0.95, to: undefined, color: "green" },
] as const;

const COLOURS = BANDS.map(({ legend, color }) => coloured(legend, color));
const NOTE =
  "Labelers count once for each of their projects, by Roboflow's own first-pass approval, " +
  `and only with at least ${String(ENOUGH_REVIEWS)} reviews in the window.`;

/** How many pairs of labeler and project lie in each band; 0 where none does and the data are there. */
function counts(window: string): Query[] {
  const judged = `${pairs(ROW.approvalRatio, PROJECT_SCOPE, window)} and ${reviewed(PROJECT_SCOPE, window)} >= ${String(ENOUGH_REVIEWS)}`;
  return BANDS.map(({ legend, from, to }) => {
    const above = from === undefined ? "" : ` >= ${String(from)}`;
    const below = to === undefined ? "" : ` < ${String(to)}`;
    return { expr: `count((${judged})${above}${below}) or ${zeroIfKnown(window)}`, legend };
  });
}

export function distribution(): PanelDefinition {
  const panel = bars(
    {
      title: "Labelers by approval",
      description: `How approval is distributed in the chosen window. ${NOTE}`,
      unit: "none",
      queries: counts(CHOSEN),
    },
    { width: 10, height: 8 },
  );
  return { ...panel, overrides: COLOURS };
}

export function distributionOverTime(): PanelDefinition {
  return timeSeries(
    {
      title: "Labelers by approval of the last 28 days, over time",
      description: `The 28 days up to each moment, as known at that moment. ${NOTE}`,
      unit: "none",
      queries: counts("28d"),
    },
    { width: 14, stacked: true, min: 0, overrides: COLOURS },
  );
}
