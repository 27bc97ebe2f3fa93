import {
  approvedShare,
  baselineReviewed,
  baselineShare,
  changeOfShare,
  ENOUGH_BASELINE,
  ENOUGH_REVIEWS,
  reviewed,
  SHARE_NOTE,
  wilson,
} from "../approval.ts";
import type { Thresholds } from "../grafana-types.ts";
import { toLabeler } from "../links.ts";
import { RECORDED, ROW } from "../metric-names.ts";
import { ANY_BOUNDS, DIFFERENCE_BOUNDS, type PanelDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { type KeyColumn, table, type ValueColumn } from "../panels/table.ts";
import { CHOSEN, pairs, PROJECT_SCOPE, select, sumBy, withNames, zeroIfKnown } from "../promql.ts";
import { APPROVAL, DIFFERENCE } from "../thresholds.ts";

const SCOPE = PROJECT_SCOPE;
const BY = "workspace, project, labeler";
const ROWS = 10;
const TOO_FEW = `no labeler has ${String(ENOUGH_REVIEWS)} reviews in the window`;

const KEYS: readonly KeyColumn[] = [
  { label: "labeler_name", heading: "Labeler", width: 170, links: toLabeler("row") },
  { label: "project_name", heading: "Project", width: 170 },
  { label: "workspace" },
  { label: "project" },
  { label: "labeler" },
];

/** Columns of the pairs that `chosen` picks. */
function ranking(chosen: string): ValueColumn[] {
  const only = (expr: string) => withNames(`${expr} and on (${BY}) ${chosen}`);
  const percent = { unit: "percentunit", decimals: 1, emptyReason: TOO_FEW } as const;
  return [
    { heading: "Reviewed", expr: only(sumBy(BY, reviewed(SCOPE, CHOSEN))), unit: "short", emptyReason: TOO_FEW },
    { heading: "Approval", expr: only(pairs(ROW.approvalRatio, SCOPE, CHOSEN)), ...percent, thresholds: APPROVAL },
    { heading: "95 % from", expr: only(wilson("lower", BY, SCOPE, CHOSEN)), ...percent },
    { heading: "95 % to", expr: only(wilson("upper", BY, SCOPE, CHOSEN)), ...percent },
  ];
}

function enough(expr: string): string {
  return `(${expr} and on (${BY}) (${sumBy(BY, reviewed(SCOPE, CHOSEN))} >= ${String(ENOUGH_REVIEWS)}))`;
}

const INTERVAL_NOTE = `The 95 % interval (Wilson) is of the approved share. ${SHARE_NOTE}`;

export function worst(): PanelDefinition {
  return table(
    {
      title: "Lowest",
      description:
        `The ${String(ROWS)} labelers in a project whose approved share is lowest even at the favourable end of its interval, ` +
        `with at least ${String(ENOUGH_REVIEWS)} reviews in the chosen window. Approval is Roboflow's own first-pass ratio. ${INTERVAL_NOTE}`,
      unit: "short",
      keys: KEYS,
      columns: ranking(`bottomk(${String(ROWS)}, ${enough(wilson("upper", BY, SCOPE, CHOSEN))})`),
      sortBy: "95 % to",
      ascending: true,
    },
    { width: 12, height: 11 },
  );
}

export function best(): PanelDefinition {
  return table(
    {
      title: "Highest",
      description:
        `The ${String(ROWS)} labelers in a project whose approved share is highest even at the unfavourable end of its interval, ` +
        `with at least ${String(ENOUGH_REVIEWS)} reviews in the chosen window. Approval is Roboflow's own first-pass ratio. ${INTERVAL_NOTE}`,
      unit: "short",
      keys: KEYS,
      columns: ranking(`topk(${String(ROWS)}, ${enough(wilson("lower", BY, SCOPE, CHOSEN))})`),
      sortBy: "95 % from",
    },
    { width: 12, height: 11 },
  );
}

/** Pairs whose share fell by more than five points, on enough reviews before and after. */
function fell(): string {
  const before = `${baselineReviewed(BY, SCOPE)} >= ${String(ENOUGH_BASELINE)}`;
  const after = `${sumBy(BY, reviewed(SCOPE, "7d"))} >= ${String(ENOUGH_REVIEWS)}`;
  return `((${changeOfShare(BY, SCOPE)}) < -0.05 and on (${BY}) (${after}) and on (${BY}) (${before}))`;
}

const FALLING_NOTE =
  "Approved share of the last 7 days at least 5 points below the labeler's own of the 21 days before, " +
  `with at least ${String(ENOUGH_REVIEWS)} reviews after and ${String(ENOUGH_BASELINE)} before. The chosen window does not matter.`;

export function falling(): PanelDefinition {
  const only = (expr: string) => withNames(`${expr} and on (${BY}) ${fell()}`);
  const empty = { emptyReason: "nobody's approved share fell" } as const;
  const percent = { unit: "percentunit", decimals: 1, ...empty } as const;
  return table(
    {
      title: "Falling",
      description: `${FALLING_NOTE} A z-score below -3 is hardly chance. Empty is good.`,
      unit: "short",
      keys: KEYS,
      columns: [
        { heading: "Last 7 days", expr: only(approvedShare(BY, SCOPE, "7d")), ...percent, thresholds: APPROVAL },
        { heading: "21 days before", expr: only(baselineShare(BY, SCOPE)), ...percent },
        {
          heading: "Change",
          expr: only(changeOfShare(BY, SCOPE)),
          ...percent,
          thresholds: DIFFERENCE,
          bounds: DIFFERENCE_BOUNDS,
        },
        {
          heading: "z-score",
          expr: only(select(RECORDED.approvalZScore, SCOPE)),
          unit: "none",
          decimals: 1,
          bounds: ANY_BOUNDS,
          ...empty,
        },
        { heading: "Reviewed, 7 days", expr: only(sumBy(BY, reviewed(SCOPE, "7d"))), unit: "short", ...empty },
        { heading: "Reviewed, 21 days before", expr: only(baselineReviewed(BY, SCOPE)), unit: "short", ...empty },
      ],
      sortBy: "Change",
      ascending: true,
    },
    { height: 7 },
  );
}

export function fallingCount(thresholds: Thresholds): PanelDefinition {
  return stat(
    {
      title: "Falling labelers",
      description: `${FALLING_NOTE} A labeler counts once for each project.`,
      unit: "none",
      queries: [{ expr: `count(${fell()}) or ${zeroIfKnown("7d")}` }],
    },
    { thresholds },
  );
}
