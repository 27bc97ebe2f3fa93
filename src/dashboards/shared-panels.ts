import { approvedShare, reviewed, REVIEWED_NOTE, SHARE_NOTE } from "./approval.ts";
import { LEVELS, type Level } from "../rules/promql.ts";
import { REVIEW_DAYS } from "./documentation.ts";
import type { Override } from "./grafana-types.ts";
import { ROW } from "../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition, type Query } from "./model.ts";
import { coloured, dailyBars } from "./panels/series.ts";
import { stat } from "./panels/single.ts";
import { perDay, PER_DAY_NOTE } from "./per-day.ts";
import { CHOSEN, FILTERED, pairs, share, sumBy } from "./promql.ts";
import type { Matchers } from "./selectors.ts";
import { judged, JUDGED_COLOURS, verdict, VERDICT_NOTE } from "./verdict.ts";

/** Why a panel about reviews may be empty in a healthy workspace. */
export const NO_REVIEWS = "nothing was reviewed in the window, or the workspace does not use review";
/** Said instead of a number that needs reviews. */
export const NONE_REVIEWED = "no reviews";

/** Answers where a filter keeps the API's totals away, so that the panel can say so. */
export const NOT_UNDER_FILTER: Query = {
  expr: FILTERED,
  legend: "{{workspace}}",
  unit: "none",
  emptyReason: "no workspace is filtered",
};

/** The words for {@link NOT_UNDER_FILTER}, the query of that refId. */
export function filteredText(refId: string): Override {
  const options = { "1": { text: "not available under a filter", color: "text", index: 0 } };
  return {
    matcher: { id: "byFrameRefID", options: refId },
    properties: [{ id: "mappings", value: [{ type: "value", options }] }],
  };
}

/** The approved share of the chosen window, pooled, in the colour of its verdict. */
export function judgedShare(level: Level, matchers: Matchers, what: string, width: number): PanelDefinition {
  const by = LEVELS[level];
  const judgement = verdict(level, matchers, CHOSEN, sumBy(by, reviewed(matchers, CHOSEN)));
  const value = { ...approvedShareQuery(by, matchers), legend: level === "workspace" ? "{{workspace}}" : "" };
  return stat(
    {
      title: "Approved share",
      description: `${what} ${SHARE_NOTE} ${VERDICT_NOTE}`,
      unit: "percentunit",
      queries: judged(value, by, judgement),
    },
    { width, decimals: 1, noValue: NONE_REVIEWED, overrides: JUDGED_COLOURS },
  );
}

function days(matchers: Matchers) {
  return (metric: string, legend: string): Query => ({
    expr: `sum(${perDay("workspace", metric, matchers)})`,
    legend,
    bounds: ANY_BOUNDS,
    emptyReason: "nothing is known of the beginning of the day",
  });
}

/** Approvals and rejections, in the colours that they have everywhere. */
export function reviewsPerDay(matchers: Matchers, width: number): PanelDefinition {
  const day = days(matchers);
  return dailyBars(
    {
      title: "Approved and rejected per day",
      description: `Images approved, and rejections (events: an image rejected twice counts twice). ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [day(ROW.approved, "Approved"), day(ROW.rejected, "Rejected")],
    },
    { width, ...REVIEW_DAYS, overrides: [coloured("Approved", "green"), coloured("Rejected", "red")] },
  );
}

/** Boxes by what was done to them. */
export function boxesPerDay(matchers: Matchers, width: number): PanelDefinition {
  const day = days(matchers);
  return dailyBars(
    {
      title: "Boxes per day",
      description: `Annotations of any type that were added, updated and removed. ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [day(ROW.boxesAdded, "Added"), day(ROW.boxesUpdated, "Updated"), day(ROW.boxesRemoved, "Removed")],
    },
    { width },
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
export function corrections(labels: string, matchers: Matchers, window: string = CHOSEN): string {
  const of = (metric: string) => pairs(metric, matchers, window);
  return share(sumBy(labels, `${of(ROW.boxesUpdated)} + ${of(ROW.boxesRemoved)}`), sumBy(labels, of(ROW.boxesAdded)));
}

export const CORRECTION_NOTE =
  "Corrections are boxes updated plus boxes removed, for each box added. Labelers correct their own, one another's and the model's boxes; " +
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
      queries: [
        {
          expr: shareOfImages("workspace", metric, matchers),
          legend: "{{workspace}}",
          emptyReason: "nothing was labeled in the window",
        },
      ],
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
    { width, noValue: NONE_REVIEWED },
  );
}

/** The approved share of the chosen window, pooled. */
export function approvedShareQuery(labels: string, matchers: Matchers, window: string = CHOSEN): Query {
  return { expr: approvedShare(labels, matchers, window), emptyReason: NO_REVIEWS };
}
