import { approvedShare, SHARE_NOTE } from "../approval.ts";
import { INFO, RECORDED, ROW } from "../metric-names.ts";
import { ANY_BOUNDS, DIFFERENCE_BOUNDS, type PanelDefinition, type RowDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { CHOSEN, inWindow, pairs, PROJECT_SCOPE, select } from "../promql.ts";
import { approvedShareQuery, NO_REVIEWS, reviewedStat, shareStat } from "../shared-panels.ts";
import { APPROVAL, DIFFERENCE } from "../thresholds.ts";

const SCOPE = PROJECT_SCOPE;
const BY_PROJECT = "workspace, project";

/** The target of the chosen project: configured, else the default of the alerts; before the rules, the configured one. */
export const PROJECT_TARGET = `(max by (${BY_PROJECT}) (${select(RECORDED.target, SCOPE)}) or max by (${BY_PROJECT}) (${select(INFO.target, SCOPE)}))`;

function imagesLabeled(): PanelDefinition {
  return stat(
    {
      title: "Images labeled",
      description: "Images in the chosen window, counted once per labeler and day: work done, not unique images.",
      unit: "short",
      queries: [{ expr: `sum(${pairs(ROW.imagesLabeled, SCOPE, CHOSEN)})` }],
    },
    { width: 3 },
  );
}

function boxesDrawn(): PanelDefinition {
  return stat(
    {
      title: "Boxes drawn",
      description: "Annotations of any type added minus removed in the chosen window. May be negative.",
      unit: "short",
      queries: [{ expr: `sum(${pairs(ROW.boxesDrawn, SCOPE, CHOSEN)})`, bounds: ANY_BOUNDS }],
    },
    { width: 3 },
  );
}

function labelerCount(): PanelDefinition {
  return stat(
    {
      title: "Active labelers",
      description: "Labelers with at least one image in the project in the chosen window, system labelers included.",
      unit: "short",
      queries: [{ expr: `count(count by (workspace, labeler) (${inWindow(ROW.imagesLabeled, SCOPE, CHOSEN)} > 0))` }],
    },
    { width: 3, noValue: "none" },
  );
}

function approved(): PanelDefinition {
  return stat(
    {
      title: "Approved share",
      description: `Of the chosen window, all labelers pooled. ${SHARE_NOTE}`,
      unit: "percentunit",
      queries: [approvedShareQuery(BY_PROJECT, SCOPE)],
    },
    { width: 3, thresholds: APPROVAL, decimals: 1, noValue: "none reviewed" },
  );
}

function againstTarget(): PanelDefinition {
  return stat(
    {
      title: "Against the target",
      description:
        "Approved share of the chosen window minus the project's target: the exporter's approval_target, else 90 %. " +
        "Below zero is below the target.",
      unit: "percentunit",
      queries: [
        {
          expr: `${approvedShare(BY_PROJECT, SCOPE, CHOSEN)} - ${PROJECT_TARGET}`,
          bounds: DIFFERENCE_BOUNDS,
          emptyReason: NO_REVIEWS,
        },
      ],
    },
    { width: 3, thresholds: DIFFERENCE, decimals: 1, noValue: "none reviewed" },
  );
}

/** The numbers at the top of the Project dashboard. */
export const projectNow: RowDefinition = {
  title: "Now, in the chosen window",
  panels: [
    imagesLabeled(),
    boxesDrawn(),
    labelerCount(),
    approved(),
    againstTarget(),
    reviewedStat(SCOPE, 3),
    shareStat("Model-assisted", "Images on which model assist was used", ROW.modelAssisted, SCOPE, 3),
    shareStat("Marked null", "Images marked as having no objects", ROW.markedNull, SCOPE, 3),
  ],
};
