import { linesOf } from "../documentation.ts";
import { FIRING } from "../firing-alerts.ts";
import { UIDS } from "../../rules/alert-parts.ts";
import { toProject } from "../links.ts";
import { MAIN_SOURCE, ROW, WORKSPACE } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type DashboardDefinition, type PanelDefinition, type RowDefinition } from "../model.ts";
import { dailyBars, dashed, timeSeries } from "../panels/series.ts";
import { stat } from "../panels/single.ts";
import { PER_DAY_NOTE, perDayByProject } from "../per-day.ts";
import { approvedShare, SHARE_NOTE } from "../approval.ts";
import { dataAge } from "../age.ts";
import { CHOSEN, FILTERED, pairs, RANGE_END, sumBy, WORKSPACE_SCOPE } from "../promql.ts";
import { targetOf } from "../recorded.ts";
import { inWindow, select } from "../selectors.ts";
import {
  filteredText,
  judgedShare,
  NO_REVIEWS,
  NONE_REVIEWED,
  NOT_UNDER_FILTER,
  reviewsPerDay,
} from "../shared-panels.ts";
import { NONE_EXPECTED } from "../thresholds.ts";
import { datasourceVariable, documentationVariable, windowVariable, workspaceVariable } from "../variables.ts";
import { activePeople } from "./labelers.ts";
import { labelersTable } from "./labelers-table.ts";
import { attentionRow } from "./overview-attention.ts";
import { sameWeekday } from "./people-panels.ts";
import { timeRow } from "./overview-time.ts";

const SCOPE = WORKSPACE_SCOPE;

/** A total of the API's `stats`, one series for each workspace. */
function workspaceTotal(metric: string): string {
  return `max by (workspace) (${inWindow(metric, SCOPE, CHOSEN)})`;
}

function imagesLabeled(): PanelDefinition {
  return stat(
    {
      title: "Images labeled",
      description:
        "Work in the chosen window: an image counts once per labeler and day, so more than the unique images where several people or days touch one.",
      unit: "short",
      queries: [
        { expr: `sum(${pairs(ROW.imagesLabeled, SCOPE, CHOSEN)})`, emptyReason: "nothing was labeled in the window" },
      ],
    },
    { width: 3, noValue: "none" },
  );
}

function uniqueImages(): PanelDefinition {
  const total = `sum(${workspaceTotal(WORKSPACE.imagesLabeled)}) unless on () max(${FILTERED})`;
  return stat(
    {
      title: "Unique images",
      description:
        "Different images labeled in the chosen window, as the API counts them for the workspace. " +
        "They cannot be added up, so there are none where the configuration filters a workspace by project or labeler.",
      unit: "short",
      queries: [
        { expr: total, emptyReason: "a workspace is filtered" },
        { ...NOT_UNDER_FILTER, legend: "", expr: `max(${FILTERED})` },
      ],
    },
    { width: 3, overrides: [filteredText("B")] },
  );
}

function boxesDrawn(): PanelDefinition {
  const rows = sumBy("workspace", pairs(ROW.boxesDrawn, SCOPE, CHOSEN));
  return stat(
    {
      title: "Boxes drawn",
      description:
        "Annotations of any type added minus removed in the chosen window. May be negative. " +
        "The API's total; under a filter the sum of the projects and labelers that are let through.",
      unit: "short",
      queries: [
        {
          expr: `sum(${workspaceTotal(WORKSPACE.boxesDrawn)} or ${rows})`,
          bounds: ANY_BOUNDS,
          emptyReason: "nothing was labeled in the window, under a filter",
        },
      ],
    },
    { width: 3, noValue: "none" },
  );
}

function firstPass(): PanelDefinition {
  return stat(
    {
      title: "First-pass approval",
      description:
        "Roboflow's own rate of the chosen window: the share of reviewed images that were never rejected. " +
        "One value for each workspace, since a rate cannot be averaged; none where the configuration filters the workspace.",
      unit: "percentunit",
      queries: [
        { expr: workspaceTotal(WORKSPACE.approvalRatio), legend: "{{workspace}}", emptyReason: NO_REVIEWS },
        NOT_UNDER_FILTER,
      ],
    },
    { width: 3, decimals: 1, noValue: NONE_REVIEWED, overrides: [filteredText("B")] },
  );
}

function firingCount(): PanelDefinition {
  return stat(
    {
      title: "Alerts",
      description:
        "Roboflow alerts that fire now in the chosen workspaces, and those that concern no single workspace.",
      unit: "none",
      queries: [{ expr: `count(${FIRING}) or vector(0)` }],
    },
    { width: 2, thresholds: NONE_EXPECTED },
  );
}

/** Of the source that the numbers on this page come from. */
const health = (metric: string) => select(metric, { ...SCOPE, source: `="${MAIN_SOURCE}"` });

const now: RowDefinition = {
  title: "Now, in the chosen window",
  panels: [
    imagesLabeled(),
    uniqueImages(),
    boxesDrawn(),
    activePeople(3),
    judgedShare("workspace", SCOPE, "Of each workspace in the chosen window.", 4),
    firstPass(),
    dataAge(health, 3),
    firingCount(),
  ],
};

function imagesPerDay(): PanelDefinition {
  return dailyBars(
    {
      title: "Images labeled per day, by project",
      description: `Images count once per labeler and day, so this is work done and not unique images. ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [
        {
          expr: perDayByProject(ROW.imagesLabeled, SCOPE),
          bounds: ANY_BOUNDS,
          legend: "{{project_name}}",
          emptyReason: "nothing is known of the beginning of the day",
        },
      ],
    },
    { links: toProject("series") },
  );
}

function approvalTrend(): PanelDefinition {
  const query = (window: string, days: string) => ({
    expr: approvedShare("workspace", SCOPE, window),
    legend: `{{workspace}}, ${days} days`,
    emptyReason: NO_REVIEWS,
  });
  const target = `max by (workspace) (last_over_time(${targetOf("workspace", SCOPE, "28d")}[1h] @ ${RANGE_END})) and on (workspace) ${approvedShare("workspace", SCOPE, "28d")}`;
  return timeSeries(
    {
      title: "Approved share of the last 7 and 28 days, and the target",
      description:
        `Of the days up to each moment, as known at that moment, all projects and labelers pooled. ${SHARE_NOTE} ` +
        "The dashed lines are the targets as they are now: those of the workspace's projects, weighed by reviews.",
      unit: "percentunit",
      queries: [
        query("7d", "7"),
        query("28d", "28"),
        { expr: target, legend: "Target of {{workspace}}", emptyReason: NO_REVIEWS },
      ],
    },
    { max: 1, softMin: 0.7, overrides: [dashed("Target of .*")], ...linesOf("reviews") },
  );
}

const trend: RowDefinition = {
  title: "Trend",
  panels: [imagesPerDay(), sameWeekday(SCOPE, 12), approvalTrend(), reviewsPerDay(SCOPE, 12)],
};

/** What is happening in the workspace. */
export const overview: DashboardDefinition = {
  uid: UIDS.overview,
  title: "Roboflow / Overview",
  description:
    "What is happening in the workspace: how much was labeled, how well, by how many people, and what needs attention.",
  from: "now-30d",
  refresh: "5m",
  datasource: datasourceVariable,
  variables: [workspaceVariable("many"), windowVariable, documentationVariable],
  rows: [now, { title: "People", panels: [labelersTable(10)] }, attentionRow, trend, timeRow],
};
