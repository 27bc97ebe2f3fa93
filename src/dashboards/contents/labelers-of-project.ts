import { approvedShare, reviewed, SHARE_NOTE } from "../approval.ts";
import { toLabeler } from "../links.ts";
import { ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition } from "../model.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { points, POINTS, POINTS_BOUNDS } from "../points.ts";
import { CHOSEN, pairs, people, PROJECT_SCOPE, sumBy, withLabeler } from "../promql.ts";
import { approvedShareOf, expectedOf, intervalOf } from "../recorded.ts";
import { NO_REVIEWS } from "../shared-panels.ts";
import { ENOUGH, verdict, VERDICT_MAPPINGS, VERDICT_NOTE } from "../verdict.ts";

const SCOPE = PROJECT_SCOPE;
const BY = "workspace, labeler";
const NO_PAST = "nothing was reviewed before the last 7 days";
const LEVEL = "project_labeler";

const named = (expr: string) => withLabeler(people(`max by (${BY}) (${expr})`));

function outputColumns(): ValueColumn[] {
  const images = sumBy(BY, pairs(ROW.imagesLabeled, SCOPE, CHOSEN));
  const ofAll = `${images} / on (workspace) group_left () (${sumBy("workspace", images)} > 0)`;
  const idle = { emptyReason: "no one labeled in the window" } as const;
  return [
    { heading: "Images", expr: named(images), unit: "none", ...idle },
    { heading: "Part", expr: named(ofAll), unit: "percentunit", decimals: 0, ...idle },
    {
      heading: "Boxes",
      expr: named(sumBy(BY, pairs(ROW.boxesDrawn, SCOPE, CHOSEN))),
      unit: "short",
      bounds: ANY_BOUNDS,
      ...idle,
    },
  ];
}

function ratio(heading: string, expr: string, emptyReason = NO_REVIEWS): ValueColumn {
  return { heading, expr: named(expr), unit: "percentunit", decimals: 1, emptyReason };
}

function qualityColumns(): ValueColumn[] {
  const decisions = sumBy(BY, reviewed(SCOPE, CHOSEN));
  const judgement = verdict(LEVEL, SCOPE, CHOSEN, reviewed(SCOPE, CHOSEN));
  return [
    { heading: "Reviewed", expr: named(decisions), unit: "none", emptyReason: NO_REVIEWS },
    ratio("First pass", pairs(ROW.approvalRatio, SCOPE, CHOSEN)),
    ratio("Approved", approvedShare(BY, SCOPE, CHOSEN)),
    ratio("95 % low", intervalOf(LEVEL, "lower", SCOPE, CHOSEN)),
    ratio("95 % high", intervalOf(LEVEL, "upper", SCOPE, CHOSEN)),
    {
      heading: "Verdict",
      expr: named(judgement),
      unit: "none",
      mappings: VERDICT_MAPPINGS,
      emptyReason: NO_REVIEWS,
    },
    ratio("Own past", expectedOf(LEVEL, SCOPE, "7d"), NO_PAST),
    {
      heading: "± own past",
      expr: named(points(`${approvedShareOf(LEVEL, SCOPE, "7d")} - ${expectedOf(LEVEL, SCOPE, "7d")}`)),
      unit: POINTS,
      bounds: POINTS_BOUNDS,
      decimals: 1,
      emptyReason: NO_PAST,
    },
  ];
}

/** Who does how much in one project, and how well. */
export function labelersOfProject(): PanelDefinition {
  return table(
    {
      title: "People in the project",
      description:
        "System labelers are left out. First pass is Roboflow's own rate. " +
        `${SHARE_NOTE} ${VERDICT_NOTE} At least ${String(ENOUGH.project_labeler)} reviews are needed. ` +
        "Own past is what all days before the last 7 let expect, drawn towards the project where they are few; ± own past is the last 7 days minus it, whatever the chosen window.",
      unit: "none",
      keys: [
        { label: "labeler_name", heading: "Labeler", width: 215, links: toLabeler("row") },
        { label: "workspace" },
        { label: "labeler" },
      ],
      columns: [...outputColumns(), ...qualityColumns()],
      sortBy: "Images",
      noValue: "No one labeled in the project in the window.",
    },
    { height: 11 },
  );
}
