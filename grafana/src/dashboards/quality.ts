import { approvedShare, reviewed, SHARE_NOTE } from "../approval.ts";
import { toProject, UIDS } from "../links.ts";
import { ROW, WORKSPACE } from "../metric-names.ts";
import {
  ANY_BOUNDS,
  RATE_BOUNDS,
  type DashboardDefinition,
  type PanelDefinition,
  type RowDefinition,
} from "../model.ts";
import { dailyBars, timeSeries } from "../panels/series.ts";
import { bars, stat } from "../panels/single.ts";
import { PER_DAY_NOTE, perDayByProject } from "../per-day.ts";
import { CHOSEN, inWindow, pairs, PROJECT_SCOPE, share, sumBy, withProject, WORKSPACE_SCOPE } from "../promql.ts";
import { CORRECTION_NOTE, correctionLoad, NO_REVIEWS, reviewedStat } from "../shared-panels.ts";
import { APPROVAL, NONE_EXPECTED } from "../thresholds.ts";
import { datasourceVariable, projectVariable, windowVariable, workspaceVariable } from "../variables.ts";
import { distribution, distributionOverTime } from "./quality-distribution.ts";
import { best, falling, fallingCount, worst } from "./quality-tables.ts";

const SCOPE = PROJECT_SCOPE;
const BY_PROJECT = "workspace, project";

function approval(): PanelDefinition {
  return stat(
    {
      title: "Approval of the workspace",
      description:
        "Roboflow's own first-pass approval of the chosen window, for the whole workspace: the share of reviewed images that were never rejected. " +
        "The choice of projects does not change it.",
      unit: "percentunit",
      queries: [
        {
          expr: `max by (workspace) (${inWindow(WORKSPACE.approvalRatio, WORKSPACE_SCOPE, CHOSEN)})`,
          emptyReason: NO_REVIEWS,
        },
      ],
    },
    { width: 4, thresholds: APPROVAL, decimals: 1, noValue: "none reviewed" },
  );
}

function approved(): PanelDefinition {
  return stat(
    {
      title: "Approved share",
      description: `Of the chosen window, chosen projects and all labelers pooled. ${SHARE_NOTE}`,
      unit: "percentunit",
      queries: [{ expr: approvedShare("workspace", SCOPE, CHOSEN), emptyReason: NO_REVIEWS }],
    },
    { width: 4, thresholds: APPROVAL, decimals: 1, noValue: "none reviewed" },
  );
}

function rejections(): PanelDefinition {
  return stat(
    {
      title: "Rejections",
      description:
        "Rejections in the chosen window. Events: an image rejected twice counts twice, and counts even if approved later.",
      unit: "short",
      queries: [{ expr: `sum(${pairs(ROW.rejected, SCOPE, CHOSEN)})`, emptyReason: NO_REVIEWS }],
    },
    { width: 4, noValue: "none" },
  );
}

function touches(): PanelDefinition {
  const work = sumBy("workspace", pairs(ROW.imagesLabeled, WORKSPACE_SCOPE, CHOSEN));
  const unique = `max by (workspace) (${inWindow(WORKSPACE.imagesLabeled, WORKSPACE_SCOPE, CHOSEN)})`;
  return stat(
    {
      title: "Touches per image",
      description:
        "How often each unique image of the workspace was worked on in the chosen window, once per labeler and day. " +
        "1 is no rework; the choice of projects does not change it.",
      unit: "none",
      queries: [{ expr: share(work, unique) }],
    },
    { width: 4, decimals: 2 },
  );
}

const now: RowDefinition = {
  title: "Now, in the chosen window",
  panels: [approval(), approved(), reviewedStat(SCOPE, 4), rejections(), touches(), fallingCount(NONE_EXPECTED)],
};

function rejectionsPerDay(): PanelDefinition {
  return dailyBars(
    {
      title: "Rejections per day, by project",
      description: `Events: an image rejected twice counts twice. ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [
        {
          expr: perDayByProject(ROW.rejected, SCOPE),
          bounds: ANY_BOUNDS,
          legend: "{{project_name}}",
          emptyReason: NO_REVIEWS,
        },
      ],
    },
    { links: toProject("series") },
  );
}

function shareByProject(): PanelDefinition {
  return timeSeries(
    {
      title: "Approved share of the last 28 days, by project",
      description: `Up to each moment, as known at that moment. ${SHARE_NOTE}`,
      unit: "percentunit",
      queries: [
        {
          expr: withProject(approvedShare(BY_PROJECT, SCOPE, "28d")),
          legend: "{{project_name}}",
          emptyReason: NO_REVIEWS,
        },
      ],
    },
    { max: 1, softMin: 0.7, thresholds: APPROVAL, links: toProject("series") },
  );
}

function reviewedPart(): PanelDefinition {
  const part = share(
    sumBy(BY_PROJECT, reviewed(SCOPE, CHOSEN)),
    sumBy(BY_PROJECT, pairs(ROW.imagesLabeled, SCOPE, CHOSEN)),
  );
  return bars(
    {
      title: "Reviews per image labeled, by project",
      description:
        "Approvals plus rejections in the chosen window, for each image labeled in it. Low means that reviews do not keep up. " +
        "May pass 1: reviews of images labeled earlier, and repeated ones, count too.",
      unit: "percentunit",
      queries: [{ expr: withProject(part), bounds: RATE_BOUNDS, legend: "{{project_name}}", emptyReason: NO_REVIEWS }],
    },
    { links: toProject("series"), height: 6, noValue: "none reviewed" },
  );
}

function corrections(): PanelDefinition {
  return bars(
    {
      title: "Correction load, by project",
      description: `In the chosen window. ${CORRECTION_NOTE}`,
      unit: "percentunit",
      queries: [
        { expr: withProject(correctionLoad(BY_PROJECT, SCOPE)), bounds: RATE_BOUNDS, legend: "{{project_name}}" },
      ],
    },
    { links: toProject("series"), height: 6, noValue: "no boxes" },
  );
}

/** Everything about approval. */
export const quality: DashboardDefinition = {
  uid: UIDS.quality,
  title: "Roboflow / Quality",
  description:
    "Everything about approval: how it is distributed, who is best, worst or falling, rejections and rework.",
  from: "now-30d",
  refresh: "5m",
  datasource: datasourceVariable,
  variables: [workspaceVariable("one"), projectVariable("many"), windowVariable],
  rows: [
    now,
    { title: "Distribution", panels: [distribution(), distributionOverTime()] },
    { title: "Labelers", panels: [worst(), best(), falling()] },
    { title: "Rejections and rework", panels: [shareByProject(), rejectionsPerDay(), reviewedPart(), corrections()] },
  ],
};
