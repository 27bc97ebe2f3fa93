import { approvedShare, baselineShare, changeOfShare, SHARE_NOTE } from "../approval.ts";
import { RECORDED, ROW } from "../metric-names.ts";
import { ANY_BOUNDS, DIFFERENCE_BOUNDS, type PanelDefinition, type RowDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { CHOSEN, LABELER_SCOPE, pairs, select } from "../promql.ts";
import { NO_REVIEWS, reviewedStat, shareStat } from "../shared-panels.ts";
import { APPROVAL, DIFFERENCE } from "../thresholds.ts";

const SCOPE = LABELER_SCOPE;
const BY = "workspace, labeler";
/** Why a comparison with the own baseline may be empty. */
export const NO_BASELINE = "nothing was reviewed in the last 7 days or in the 21 days before";

function imagesLabeled(): PanelDefinition {
  return stat(
    {
      title: "Images labeled",
      description: "The labeler's images in the chosen window; an image counts once per day.",
      unit: "short",
      queries: [
        {
          expr: `sum(${pairs(ROW.imagesLabeled, SCOPE, CHOSEN)})`,
          emptyReason: "the labeler did nothing in the window",
        },
      ],
    },
    { width: 3, noValue: "none" },
  );
}

function approved(): PanelDefinition {
  return stat(
    {
      title: "Approved share",
      description: `The labeler's, of the chosen window, all chosen projects pooled. ${SHARE_NOTE}`,
      unit: "percentunit",
      queries: [{ expr: approvedShare(BY, SCOPE, CHOSEN), emptyReason: NO_REVIEWS }],
    },
    { width: 3, thresholds: APPROVAL, decimals: 1, noValue: "none reviewed" },
  );
}

function baseline(): PanelDefinition {
  return stat(
    {
      title: "Own baseline",
      description:
        "The labeler's approved share in the 21 days before the last 7: the 28-day window minus the 7-day window.",
      unit: "percentunit",
      queries: [{ expr: baselineShare(BY, SCOPE), emptyReason: NO_BASELINE }],
    },
    { width: 3, decimals: 1, noValue: "none reviewed" },
  );
}

function change(): PanelDefinition {
  return stat(
    {
      title: "Change against baseline",
      description:
        "Approved share of the last 7 days minus the labeler's own of the 21 days before, whatever the chosen window.",
      unit: "percentunit",
      queries: [{ expr: changeOfShare(BY, SCOPE), bounds: DIFFERENCE_BOUNDS, emptyReason: NO_BASELINE }],
    },
    { width: 4, thresholds: DIFFERENCE, decimals: 1, noValue: "no baseline" },
  );
}

function surprise(): PanelDefinition {
  return stat(
    {
      title: "Change, z-score",
      description:
        "The lowest z-score over the chosen projects: how many standard deviations the last 7 days are from the 21 before. " +
        "Between -2 and 2 is ordinary chance; the alert asks for less than -3 and a fall of 5 points.",
      unit: "none",
      queries: [
        { expr: `min(${select(RECORDED.approvalZScore, SCOPE)})`, bounds: ANY_BOUNDS, emptyReason: NO_BASELINE },
      ],
    },
    { width: 4, decimals: 1, noValue: "no baseline" },
  );
}

/** The numbers at the top of the Labeler dashboard. */
export const labelerNow: RowDefinition = {
  title: "Now, in the chosen window",
  panels: [
    imagesLabeled(),
    reviewedStat(SCOPE, 3),
    approved(),
    baseline(),
    change(),
    surprise(),
    shareStat("Model-assisted", "Images on which model assist was used", ROW.modelAssisted, SCOPE, 4),
  ],
};
