import { FIRING } from "../firing-alerts.ts";
import { toProject, UIDS } from "../links.ts";
import { INFO, ROW, WORKSPACE } from "../metric-names.ts";
import { ANY_BOUNDS, type DashboardDefinition, type PanelDefinition, type RowDefinition } from "../model.ts";
import { dailyBars, timeSeries } from "../panels/series.ts";
import { stat } from "../panels/single.ts";
import { PER_DAY_NOTE, perDayByProject } from "../per-day.ts";
import { CHOSEN, inWindow, select, WORKSPACE_SCOPE, zeroIfKnown } from "../promql.ts";
import { boxesPerDay, dataAge, NO_REVIEWS, reviewsPerDay, shareStat } from "../shared-panels.ts";
import { APPROVAL, NONE_EXPECTED } from "../thresholds.ts";
import { datasourceVariable, windowVariable, workspaceVariable } from "../variables.ts";
import { attentionRow } from "./overview-attention.ts";
import { timeRow } from "./overview-time.ts";

const SCOPE = WORKSPACE_SCOPE;

/** A total of the API's `stats`, one series for each workspace. */
function workspaceTotal(metric: string): string {
  return `max by (workspace) (${inWindow(metric, SCOPE, CHOSEN)})`;
}

function uniqueImages(): PanelDefinition {
  return stat(
    {
      title: "Unique images",
      description:
        "Different images labeled in the chosen window, as the API counts them for the workspace. " +
        "Less than the sum over labelers, for whom an image counts once per labeler and day.",
      unit: "short",
      queries: [{ expr: `sum(${workspaceTotal(WORKSPACE.imagesLabeled)})` }],
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
      queries: [{ expr: `sum(${workspaceTotal(WORKSPACE.boxesDrawn)})`, bounds: ANY_BOUNDS }],
    },
    { width: 3 },
  );
}

function approval(): PanelDefinition {
  return stat(
    {
      title: "Approval",
      description:
        "Roboflow's own first-pass approval of the chosen window: the share of reviewed images that were never rejected. " +
        "One value for each workspace, since a rate cannot be averaged.",
      unit: "percentunit",
      queries: [{ expr: workspaceTotal(WORKSPACE.approvalRatio), legend: "{{workspace}}", emptyReason: NO_REVIEWS }],
    },
    { width: 3, thresholds: APPROVAL, decimals: 1, noValue: "none reviewed" },
  );
}

function activeLabelers(): PanelDefinition {
  const active = `count by (workspace, labeler) (${inWindow(ROW.imagesLabeled, SCOPE, CHOSEN)} > 0)`;
  const people = select(INFO.labeler, { ...SCOPE, kind: '="human"' });
  return stat(
    {
      title: "Active labelers",
      description:
        "People who labeled at least one image in the chosen window. System labelers, such as auto label, do not count. " +
        "A person in two workspaces counts twice.",
      unit: "short",
      queries: [{ expr: `count(${active} and on (workspace, labeler) ${people}) or ${zeroIfKnown(CHOSEN)}` }],
    },
    { width: 3 },
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
    { width: 3, thresholds: NONE_EXPECTED },
  );
}

const now: RowDefinition = {
  title: "Now, in the chosen window",
  panels: [
    uniqueImages(),
    boxesDrawn(),
    approval(),
    activeLabelers(),
    shareStat("Model-assisted", "Images on which model assist was used", ROW.modelAssisted, SCOPE, 3),
    shareStat("Marked null", "Images marked as having no objects", ROW.markedNull, SCOPE, 3),
    dataAge(3),
    firingCount(),
  ],
};

function imagesPerDay(): PanelDefinition {
  return dailyBars(
    {
      title: "Images labeled per day, by project",
      description: `Images count once per labeler and day, so this is work done and not unique images. ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [{ expr: perDayByProject(ROW.imagesLabeled, SCOPE), bounds: ANY_BOUNDS, legend: "{{project_name}}" }],
    },
    { links: toProject("series") },
  );
}

function approvalTrend(): PanelDefinition {
  const rolling = (window: string) => `max by (workspace) (${inWindow(WORKSPACE.approvalRatio, SCOPE, window)})`;
  const query = (window: string, days: string) => ({
    expr: rolling(window),
    legend: `{{workspace}}, ${days} days`,
    emptyReason: NO_REVIEWS,
  });
  return timeSeries(
    {
      title: "Approval of the last 7 and 28 days",
      description:
        "Roboflow's own first-pass approval of the 7 and of the 28 days up to each moment, as it was known at that moment. " +
        "The lines are thresholds: below 90 % is yellow, below 80 % red.",
      unit: "percentunit",
      queries: [query("7d", "7"), query("28d", "28")],
    },
    { max: 1, softMin: 0.7, thresholds: APPROVAL },
  );
}

const trend: RowDefinition = {
  title: "Trend",
  panels: [imagesPerDay(), approvalTrend(), boxesPerDay(SCOPE, 12), reviewsPerDay(SCOPE, 12)],
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
  variables: [workspaceVariable("many"), windowVariable],
  rows: [now, trend, attentionRow, timeRow],
};
