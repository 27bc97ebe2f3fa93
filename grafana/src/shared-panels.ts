import { approvedShare, reviewed, REVIEWED_NOTE } from "./approval.ts";
import { HEALTH, ROW } from "./metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition } from "./model.ts";
import { coloured, dailyBars } from "./panels/series.ts";
import { stat } from "./panels/single.ts";
import { perDay, PER_DAY_NOTE } from "./per-day.ts";
import { CHOSEN, pairs, select, share, sumBy, WORKSPACE_SCOPE, type Matchers } from "./promql.ts";
import { AGE } from "./thresholds.ts";

/** Why a panel about reviews may be empty in a healthy workspace. */
export const NO_REVIEWS = "nothing was reviewed in the window, or the workspace does not use review";

/** Seconds since the last good poll of the workspace that was polled the longest ago. */
export function dataAge(width: number): PanelDefinition {
  const lastSuccess = `max by (workspace) (${select(HEALTH.lastSuccess, WORKSPACE_SCOPE)})`;
  return stat(
    {
      title: "Age of the data",
      description:
        "Time since the exporter's last good poll of the Roboflow API; with several workspaces, of the one polled longest ago. " +
        "Says nothing about how fresh Roboflow's own numbers are.",
      unit: "s",
      queries: [{ expr: `time() - min(${lastSuccess})` }],
    },
    { width, thresholds: AGE, decimals: 0, noValue: "never read" },
  );
}

/** Approvals and rejections, in the colours that they have everywhere. */
export function reviewsPerDay(matchers: Matchers, width: number): PanelDefinition {
  const day = (metric: string, legend: string) => ({
    expr: `sum(${perDay("workspace", metric, matchers)})`,
    legend,
    bounds: ANY_BOUNDS,
  });
  return dailyBars(
    {
      title: "Approved and rejected per day",
      description: `Images approved, and rejections (events: an image rejected twice counts twice). ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [day(ROW.approved, "Approved"), day(ROW.rejected, "Rejected")],
    },
    { width, overrides: [coloured("Approved", "green"), coloured("Rejected", "red")] },
  );
}

/** Boxes by what was done to them. */
export function boxesPerDay(matchers: Matchers, width: number): PanelDefinition {
  const day = (metric: string, legend: string) => ({
    expr: `sum(${perDay("workspace", metric, matchers)})`,
    legend,
    bounds: ANY_BOUNDS,
  });
  return dailyBars(
    {
      title: "Boxes per day",
      description: `Annotations of any type that were added, updated and removed. ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [day(ROW.boxesAdded, "Added"), day(ROW.boxesUpdated, "Updated"), day(ROW.boxesRemoved, "Removed")],
    },
    {
      width,
      overrides: [coloured("Added", "blue"), coloured("Updated", "yellow"), coloured("Removed", "purple")],
    },
  );
}

/** The share of images of one kind among the images labeled, both counted alike, once per labeler and day. */
export function shareOfImages(labels: string, metric: string, matchers: Matchers, window: string = CHOSEN): string {
  return share(
    sumBy(labels, pairs(metric, matchers, window)),
    sumBy(labels, pairs(ROW.imagesLabeled, matchers, window)),
  );
}

/** Boxes updated or removed for each box added. */
export function correctionLoad(labels: string, matchers: Matchers, window: string = CHOSEN): string {
  const of = (metric: string) => pairs(metric, matchers, window);
  return share(sumBy(labels, `${of(ROW.boxesUpdated)} + ${of(ROW.boxesRemoved)}`), sumBy(labels, of(ROW.boxesAdded)));
}

export const CORRECTION_NOTE =
  "Correction load is boxes updated plus boxes removed, for each box added. Labelers correct their own, one another's and the model's boxes; " +
  "the API does not tell these apart.";

/** A stat of the chosen window over rows, pooled before any division. */
export function shareStat(
  title: string,
  what: string,
  metric: string,
  matchers: Matchers,
  width: number,
): PanelDefinition {
  return stat(
    {
      title,
      description: `${what} in the chosen window, among the images labeled. Images count once per labeler and day on both sides.`,
      unit: "percentunit",
      queries: [{ expr: shareOfImages("workspace", metric, matchers), legend: "{{workspace}}" }],
    },
    { width, decimals: 1, noValue: "nothing labeled" },
  );
}

/** Approvals plus rejections of the chosen window. */
export function reviewedStat(matchers: Matchers, width: number): PanelDefinition {
  return stat(
    {
      title: "Reviewed",
      description: `How many reviews the approval figures rest on, in the chosen window. ${REVIEWED_NOTE}`,
      unit: "short",
      queries: [{ expr: `sum(${reviewed(matchers, CHOSEN)})`, emptyReason: NO_REVIEWS }],
    },
    { width, noValue: "none" },
  );
}

/** The approved share of the chosen window, pooled. */
export function approvedShareQuery(labels: string, matchers: Matchers, window: string = CHOSEN) {
  return { expr: approvedShare(labels, matchers, window), emptyReason: NO_REVIEWS } as const;
}
