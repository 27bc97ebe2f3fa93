import { SHARE_NOTE } from "../approval.ts";
import { toLabeler, UIDS } from "../links.ts";
import { ROW } from "../metric-names.ts";
import {
  ANY_BOUNDS,
  RATE_BOUNDS,
  type DashboardDefinition,
  type PanelDefinition,
  type RowDefinition,
} from "../model.ts";
import { scatter } from "../panels/others.ts";
import { coloured, dailyBars, dashed, timeSeries } from "../panels/series.ts";
import { PER_DAY_NOTE, perDayByLabeler } from "../per-day.ts";
import { PROJECT_SCOPE, withLabeler } from "../promql.ts";
import {
  approvedShareQuery,
  boxesPerDay,
  CORRECTION_NOTE,
  correctionLoad,
  reviewsPerDay,
  shareOfImages,
} from "../shared-panels.ts";
import { datasourceVariable, projectVariable, windowVariable, workspaceVariable } from "../variables.ts";
import { labelersOfProject } from "./labelers-of-project.ts";
import { PROJECT_TARGET, projectNow } from "./project-now.ts";

const SCOPE = PROJECT_SCOPE;
const BY_PROJECT = "workspace, project";

function approvalTrend(): PanelDefinition {
  return timeSeries(
    {
      title: "Approved share against the target",
      description: `Of the 7 and of the 28 days up to each moment, all labelers pooled, as known at that moment. ${SHARE_NOTE}`,
      unit: "percentunit",
      queries: [
        { ...approvedShareQuery(BY_PROJECT, SCOPE, "7d"), legend: "7 days" },
        { ...approvedShareQuery(BY_PROJECT, SCOPE, "28d"), legend: "28 days" },
        { expr: PROJECT_TARGET, legend: "Target", emptyReason: "the recording rules were loaded only just now" },
      ],
    },
    {
      max: 1,
      softMin: 0.7,
      overrides: [coloured("7 days", "green"), coloured("28 days", "blue"), dashed("Target", "red")],
    },
  );
}

function perLabeler(): PanelDefinition {
  return dailyBars(
    {
      title: "Images labeled per day, by labeler",
      description: `Images count once per labeler and day. Click a bar to open the labeler. ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [{ expr: perDayByLabeler(ROW.imagesLabeled, SCOPE), bounds: ANY_BOUNDS, legend: "{{labeler_name}}" }],
    },
    { links: toLabeler("series") },
  );
}

const output: RowDefinition = {
  title: "Output and reviews",
  panels: [perLabeler(), approvalTrend(), boxesPerDay(SCOPE, 12), reviewsPerDay(SCOPE, 12)],
};

function corrections(): PanelDefinition {
  return timeSeries(
    {
      title: "Correction load",
      description: `Of the 7 and of the 28 days up to each moment. ${CORRECTION_NOTE}`,
      unit: "percentunit",
      queries: [
        { expr: correctionLoad(BY_PROJECT, SCOPE, "7d"), bounds: RATE_BOUNDS, legend: "7 days" },
        { expr: correctionLoad(BY_PROJECT, SCOPE, "28d"), bounds: RATE_BOUNDS, legend: "28 days" },
      ],
    },
    { width: 8, min: 0 },
  );
}

function modelAssist(): PanelDefinition {
  return timeSeries(
    {
      title: "Model assist and nulls",
      description:
        "Images on which model assist was used, and images marked null, among the images labeled in the 7 days up to each moment.",
      unit: "percentunit",
      queries: [
        { expr: shareOfImages(BY_PROJECT, ROW.modelAssisted, SCOPE, "7d"), legend: "Model-assisted" },
        { expr: shareOfImages(BY_PROJECT, ROW.markedNull, SCOPE, "7d"), legend: "Marked null" },
      ],
    },
    { width: 8, min: 0, max: 1 },
  );
}

function doesAssistHelp(): PanelDefinition {
  const by = "workspace, labeler";
  return scatter(
    {
      title: "Does model assist save corrections?",
      description: `One point for each labeler, in the chosen window. ${CORRECTION_NOTE} A slope is a hint and no proof: assisted images may differ from the others.`,
      x: {
        heading: "Model-assisted",
        expr: withLabeler(shareOfImages(by, ROW.modelAssisted, SCOPE)),
        unit: "percentunit",
      },
      y: {
        heading: "Correction load",
        expr: withLabeler(correctionLoad(by, SCOPE)),
        unit: "percentunit",
        bounds: RATE_BOUNDS,
      },
      point: { label: "labeler_name", heading: "Labeler" },
      hidden: ["workspace", "labeler"],
    },
    8,
    8,
  );
}

/** One project: approval against its target, who does what, corrections, model assist. */
export const project: DashboardDefinition = {
  uid: UIDS.project,
  title: "Roboflow / Project",
  description: "One project: approval against its target, its labelers, output per day, corrections and model assist.",
  from: "now-30d",
  refresh: "5m",
  datasource: datasourceVariable,
  variables: [workspaceVariable("one"), projectVariable("one"), windowVariable],
  rows: [
    projectNow,
    { title: "Labelers", panels: [labelersOfProject()] },
    output,
    { title: "Corrections and model assist", panels: [corrections(), modelAssist(), doesAssistHelp()] },
  ],
};
