import { linesOf, REVIEW_DAYS } from "../documentation.ts";
import { approvedShare, reviewed, SHARE_NOTE } from "../approval.ts";
import { UIDS } from "../../rules/alert-parts.ts";
import { toProject } from "../links.ts";
import { ROW, WORKSPACE } from "../../sources/metric-names.ts";
import {
  ANY_BOUNDS,
  RATE_BOUNDS,
  type DashboardDefinition,
  type PanelDefinition,
  type RowDefinition,
} from "../model.ts";
import { dailyBars, dashed, timeSeries } from "../panels/series.ts";
import { bars, stat } from "../panels/single.ts";
import { PER_DAY_NOTE, perDayByProject } from "../per-day.ts";
import { CHOSEN, pairs, RANGE_END, share, sumBy, withProject, withProjectAtEnd, WORKSPACE_SCOPE } from "../promql.ts";
import { targetOf } from "../recorded.ts";
import { inWindow } from "../selectors.ts";
import {
  CORRECTION_NOTE,
  corrections,
  filteredText,
  judgedShare,
  NO_REVIEWS,
  NONE_REVIEWED,
  NOT_UNDER_FILTER,
  reviewedStat,
} from "../shared-panels.ts";
import {
  datasourceVariable,
  documentationVariable,
  teamVariable,
  windowVariable,
  workspaceVariable,
} from "../variables.ts";
import { peopleByVerdict, qualityOfTeams } from "./people-panels.ts";
import { best, falling, fallingCount, worst } from "./quality-tables.ts";

const SCOPE = WORKSPACE_SCOPE;
const BY_PROJECT = "workspace, project";

function approval(): PanelDefinition {
  return stat(
    {
      title: "First-pass approval",
      description:
        "Roboflow's own first-pass approval of the chosen window, for the whole workspace: the share of reviewed images that were never rejected. " +
        "None where the configuration filters the workspace.",
      unit: "percentunit",
      queries: [
        {
          expr: `max by (workspace) (${inWindow(WORKSPACE.approvalRatio, WORKSPACE_SCOPE, CHOSEN)})`,
          emptyReason: NO_REVIEWS,
        },
        { ...NOT_UNDER_FILTER, legend: "" },
      ],
    },
    { width: 4, decimals: 1, noValue: NONE_REVIEWED, overrides: [filteredText("B")] },
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
    { width: 4, noValue: NONE_REVIEWED },
  );
}

function labelingsPerImage(): PanelDefinition {
  const work = sumBy("workspace", pairs(ROW.imagesLabeled, WORKSPACE_SCOPE, CHOSEN));
  const unique = `max by (workspace) (${inWindow(WORKSPACE.imagesLabeled, WORKSPACE_SCOPE, CHOSEN)})`;
  return stat(
    {
      title: "Labelings per image",
      description:
        "How often each unique image of the workspace was worked on in the chosen window, once per labeler and day. " +
        "1 means that no image was worked on twice. None where the configuration filters the workspace, since unique images are not known then.",
      unit: "none",
      queries: [
        { expr: share(work, unique), emptyReason: "nothing was labeled in the window" },
        { ...NOT_UNDER_FILTER, legend: "" },
      ],
    },
    { width: 4, decimals: 2, noValue: "nothing labeled", overrides: [filteredText("B")] },
  );
}

const now: RowDefinition = {
  title: "Now, in the chosen window",
  panels: [
    judgedShare("workspace", SCOPE, "Of the whole workspace in the chosen window.", 4),
    approval(),
    reviewedStat(SCOPE, 4),
    rejections(),
    labelingsPerImage(),
    fallingCount(),
  ],
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
    { width: 8, height: 10, links: toProject("series"), ...REVIEW_DAYS },
  );
}

/** Targets as they are now, as lines where there are reviews. */
function targets(): string {
  const now = (expr: string) => `max by (${BY_PROJECT}) (last_over_time(${expr}[1h] @ ${RANGE_END}))`;
  return withProjectAtEnd(
    `${now(targetOf("project", SCOPE, "28d"))} and on (${BY_PROJECT}) ${approvedShare(BY_PROJECT, SCOPE, "28d")}`,
  );
}

function shareByProject(): PanelDefinition {
  return timeSeries(
    {
      title: "Approved share of the last 28 days, by project, and the targets",
      description: `Up to each moment, as known at that moment. ${SHARE_NOTE} The dashed lines are the targets as they are now.`,
      unit: "percentunit",
      queries: [
        {
          expr: withProjectAtEnd(approvedShare(BY_PROJECT, SCOPE, "28d")),
          legend: "{{project_name}}",
          emptyReason: NO_REVIEWS,
        },
        { expr: targets(), legend: "Target of {{project_name}}", emptyReason: NO_REVIEWS },
      ],
    },
    {
      max: 1,
      softMin: 0.7,
      width: 24,
      legend: "right",
      links: toProject("series"),
      overrides: [dashed("Target of .*")],
      ...linesOf("reviews"),
    },
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
    { links: toProject("series"), width: 8, height: 10, noValue: NONE_REVIEWED },
  );
}

function correctionsByProject(): PanelDefinition {
  return bars(
    {
      title: "Corrections for each box added, by project",
      description: `In the chosen window. ${CORRECTION_NOTE}`,
      unit: "percentunit",
      queries: [
        {
          expr: withProject(corrections(BY_PROJECT, SCOPE)),
          bounds: RATE_BOUNDS,
          legend: "{{project_name}}",
          emptyReason: "no boxes were added",
        },
      ],
    },
    { links: toProject("series"), width: 8, height: 10, noValue: "no boxes" },
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
  variables: [workspaceVariable("one"), teamVariable, windowVariable, documentationVariable],
  rows: [
    now,
    {
      title: "People of the chosen teams, all their projects together",
      panels: [peopleByVerdict(10), qualityOfTeams(14)],
    },
    { title: "Who needs attention in the chosen teams", panels: [falling(), worst(), best()] },
    {
      title: "Rejections and rework in the workspace",
      panels: [shareByProject(), rejectionsPerDay(), reviewedPart(), correctionsByProject()],
    },
  ],
};
