import { approvedShare } from "../approval.ts";
import { INFO, ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition, type RowDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { points, POINTS_BOUNDS, signed, SIGNED } from "../points.ts";
import { CHOSEN, pairs, people, PROJECT_SCOPE, zeroIfKnown } from "../promql.ts";
import { targetOf } from "../recorded.ts";
import { inWindow, select } from "../selectors.ts";
import { judgedShare, NO_REVIEWS, NONE_REVIEWED, reviewedStat, shareStat } from "../shared-panels.ts";

const SCOPE = PROJECT_SCOPE;
const BY_PROJECT = "workspace, project";

/** The target of the chosen project: configured, else that of the rules; before the rules, the configured one. */
export const PROJECT_TARGET = `(max by (${BY_PROJECT}) (${targetOf("project", SCOPE, CHOSEN)}) or max by (${BY_PROJECT}) (${select(INFO.target, SCOPE)}))`;

function imagesLabeled(): PanelDefinition {
  return stat(
    {
      title: "Images labeled",
      description: "Images in the chosen window, counted once per labeler and day: work done, not unique images.",
      unit: "short",
      queries: [
        { expr: `sum(${pairs(ROW.imagesLabeled, SCOPE, CHOSEN)})`, emptyReason: "nothing was labeled in the window" },
      ],
    },
    { width: 3, noValue: "none" },
  );
}

function boxesDrawn(): PanelDefinition {
  return stat(
    {
      title: "Boxes drawn",
      description: "Annotations of any type added minus removed in the chosen window. May be negative.",
      unit: "short",
      queries: [
        {
          expr: `sum(${pairs(ROW.boxesDrawn, SCOPE, CHOSEN)})`,
          bounds: ANY_BOUNDS,
          emptyReason: "nothing was labeled in the window",
        },
      ],
    },
    { width: 3, noValue: "none" },
  );
}

function labelerCount(): PanelDefinition {
  return stat(
    {
      title: "People at work",
      description: "People with at least one image in the project in the chosen window; system labelers do not count.",
      unit: "short",
      queries: [
        {
          expr: `count(${people(`count by (workspace, labeler) (${inWindow(ROW.imagesLabeled, SCOPE, CHOSEN)} > 0)`)}) or ${zeroIfKnown(CHOSEN)}`,
        },
      ],
    },
    { width: 3 },
  );
}

function againstTarget(): PanelDefinition {
  return stat(
    {
      title: "Points from the target",
      description:
        "Approved share of the chosen window minus the project's target: the exporter's approval_target, else that of the rules. " +
        "Below zero is below the target; the colour of the approved share says whether that is more than chance.",
      unit: "none",
      queries: signed({
        expr: points(`${approvedShare(BY_PROJECT, SCOPE, CHOSEN)} - ${PROJECT_TARGET}`),
        bounds: POINTS_BOUNDS,
        emptyReason: NO_REVIEWS,
      }),
    },
    { width: 3, decimals: 1, noValue: NONE_REVIEWED, overrides: SIGNED },
  );
}

/** The numbers at the top of the Project dashboard. */
export const projectNow: RowDefinition = {
  title: "Now, in the chosen window",
  panels: [
    imagesLabeled(),
    boxesDrawn(),
    labelerCount(),
    judgedShare("project", SCOPE, "Of the chosen window, all labelers pooled.", 3),
    againstTarget(),
    reviewedStat(SCOPE, 3),
    shareStat("Model-assisted", "Images on which model assist was used", ROW.modelAssisted, SCOPE, 3),
    shareStat("Without objects", "Images marked as having no objects (null)", ROW.markedNull, SCOPE, 3),
  ],
};
