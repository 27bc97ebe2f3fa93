import {
  approvedShare,
  baselineShare,
  changeOfShare,
  ENOUGH_BASELINE,
  ENOUGH_REVIEWS,
  reviewed,
  SHARE_NOTE,
  wilson,
} from "../approval.ts";
import { toLabeler } from "../links.ts";
import { ROW } from "../metric-names.ts";
import { ANY_BOUNDS, DIFFERENCE_BOUNDS, type PanelDefinition } from "../model.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { CHOSEN, pairs, PROJECT_SCOPE, sumBy, withLabeler } from "../promql.ts";
import { NO_REVIEWS } from "../shared-panels.ts";
import { APPROVAL, DIFFERENCE } from "../thresholds.ts";

const SCOPE = PROJECT_SCOPE;
const BY = "workspace, labeler";
const NO_BASELINE = "nothing was reviewed in the last 7 days or in the 21 days before";

function outputColumns(): ValueColumn[] {
  const images = sumBy(BY, pairs(ROW.imagesLabeled, SCOPE, CHOSEN));
  const ofAll = `${images} / on (workspace) group_left () (${sumBy("workspace", images)} > 0)`;
  return [
    { heading: "Images", expr: withLabeler(images), unit: "short" },
    { heading: "Share", expr: withLabeler(ofAll), unit: "percentunit", decimals: 0 },
    {
      heading: "Boxes",
      expr: withLabeler(sumBy(BY, pairs(ROW.boxesDrawn, SCOPE, CHOSEN))),
      unit: "short",
      bounds: ANY_BOUNDS,
    },
  ];
}

function ratio(heading: string, expr: string, thresholds = APPROVAL, emptyReason = NO_REVIEWS): ValueColumn {
  return { heading, expr: withLabeler(expr), unit: "percentunit", decimals: 1, thresholds, emptyReason };
}

function plainRatio(heading: string, expr: string, emptyReason: string): ValueColumn {
  return { heading, expr: withLabeler(expr), unit: "percentunit", decimals: 1, emptyReason };
}

function qualityColumns(): ValueColumn[] {
  const n = sumBy(BY, reviewed(SCOPE, CHOSEN));
  return [
    { heading: "Reviewed", expr: withLabeler(n), unit: "short", emptyReason: NO_REVIEWS },
    ratio("Approval", `max by (${BY}) (${pairs(ROW.approvalRatio, SCOPE, CHOSEN)})`),
    ratio("Approved share", approvedShare(BY, SCOPE, CHOSEN)),
    plainRatio("95 % from", wilson("lower", BY, SCOPE, CHOSEN), NO_REVIEWS),
    plainRatio("95 % to", wilson("upper", BY, SCOPE, CHOSEN), NO_REVIEWS),
    plainRatio("Own baseline", baselineShare(BY, SCOPE), NO_BASELINE),
    { ...ratio("Change", changeOfShare(BY, SCOPE), DIFFERENCE, NO_BASELINE), bounds: DIFFERENCE_BOUNDS },
  ];
}

/** Who does how much in one project, and how well. */
export function labelersOfProject(): PanelDefinition {
  return table(
    {
      title: "Labelers",
      description:
        "Approval is Roboflow's own first-pass ratio. " +
        `${SHARE_NOTE} The 95 % interval (Wilson) is of the approved share: wide where few images were reviewed. ` +
        "Own baseline is the approved share of the 21 days before the last 7, Change the last 7 days minus it, whatever the chosen window. " +
        `Judge nobody on fewer than ${String(ENOUGH_REVIEWS)} reviews, or ${String(ENOUGH_BASELINE)} for the baseline.`,
      unit: "short",
      keys: [
        { label: "labeler_name", heading: "Labeler", width: 190, links: toLabeler("row") },
        { label: "workspace" },
        { label: "labeler" },
      ],
      columns: [...outputColumns(), ...qualityColumns()],
      sortBy: "Images",
    },
    { height: 10 },
  );
}
