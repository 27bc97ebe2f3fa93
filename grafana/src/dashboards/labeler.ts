import { approvedShare, baselineShare, SHARE_NOTE, wilson } from "../approval.ts";
import { UIDS } from "../links.ts";
import { ROW } from "../metric-names.ts";
import { ANY_BOUNDS, RATE_BOUNDS, type DashboardDefinition, type PanelDefinition } from "../model.ts";
import { band, coloured, dailyBars, timeSeries } from "../panels/series.ts";
import { PER_DAY_NOTE, perDayByProject } from "../per-day.ts";
import { LABELER_SCOPE, pairs, PROJECT_SCOPE, withProject } from "../promql.ts";
import { boxesPerDay, CORRECTION_NOTE, correctionLoad, NO_REVIEWS } from "../shared-panels.ts";
import { APPROVAL } from "../thresholds.ts";
import {
  datasourceVariable,
  labelerVariable,
  projectVariable,
  windowVariable,
  workspaceVariable,
} from "../variables.ts";
import { projectsOfLabeler, qualityByVolume } from "./labeler-compared.ts";
import { labelerNow } from "./labeler-now.ts";

const SCOPE = LABELER_SCOPE;
const BY = "workspace, labeler";

function shareOverTime(): PanelDefinition {
  const query = (expr: string, legend: string) => ({ expr, legend, emptyReason: NO_REVIEWS });
  return timeSeries(
    {
      title: "Approved share, its 95 % interval, own baseline and the project",
      description:
        `Of the 28 days up to each moment, chosen projects pooled, as known at that moment. ${SHARE_NOTE} ` +
        "The shaded 95 % interval (Wilson) is wide where few images were reviewed. " +
        "The baseline is the labeler's own in the 21 days before the last 7; the projects' share is that of all their labelers.",
      unit: "percentunit",
      queries: [
        query(approvedShare(BY, SCOPE, "28d"), "This labeler"),
        query(wilson("lower", BY, SCOPE, "28d"), "95 % from"),
        query(wilson("upper", BY, SCOPE, "28d"), "95 % to"),
        query(baselineShare(BY, SCOPE), "Own baseline"),
        query(approvedShare("workspace", PROJECT_SCOPE, "28d"), "All labelers of the projects"),
      ],
    },
    {
      max: 1,
      softMin: 0.7,
      overrides: [
        coloured("This labeler", "green"),
        ...band("95 % from", "95 % to", "green"),
        coloured("Own baseline", "blue"),
        coloured("All labelers of the projects", "orange"),
      ],
    },
  );
}

function approvalByProject(): PanelDefinition {
  return timeSeries(
    {
      title: "Approval by project",
      description: "Roboflow's own first-pass approval of the 28 days up to each moment, as known at that moment.",
      unit: "percentunit",
      queries: [
        {
          expr: withProject(pairs(ROW.approvalRatio, SCOPE, "28d")),
          legend: "{{project_name}}",
          emptyReason: NO_REVIEWS,
        },
      ],
    },
    { max: 1, softMin: 0.7, thresholds: APPROVAL },
  );
}

function imagesPerDay(): PanelDefinition {
  return dailyBars({
    title: "Images labeled per day, by project",
    description: `The labeler's images. ${PER_DAY_NOTE}`,
    unit: "short",
    queries: [
      {
        expr: perDayByProject(ROW.imagesLabeled, SCOPE),
        bounds: ANY_BOUNDS,
        legend: "{{project_name}}",
        emptyReason: "the labeler did nothing in the time range",
      },
    ],
  });
}

function corrections(): PanelDefinition {
  const of = (window: string, legend: string) => ({
    expr: correctionLoad(BY, SCOPE, window),
    bounds: RATE_BOUNDS,
    legend,
    emptyReason: "the labeler added no boxes",
  });
  return timeSeries(
    {
      title: "Correction load",
      description: `The labeler's, of the 7 and of the 28 days up to each moment. ${CORRECTION_NOTE}`,
      unit: "percentunit",
      queries: [of("7d", "7 days"), of("28d", "28 days")],
    },
    { width: 10, height: 10, min: 0 },
  );
}

/** One labeler: quality and output over time, against the own baseline and against the projects. */
export const labeler: DashboardDefinition = {
  uid: UIDS.labeler,
  title: "Roboflow / Labeler",
  description:
    "One labeler: quality and output over time, against the own baseline and against the others of the project.",
  from: "now-30d",
  refresh: "5m",
  datasource: datasourceVariable,
  variables: [workspaceVariable("one"), projectVariable("many"), labelerVariable(), windowVariable],
  rows: [
    labelerNow,
    { title: "Quality", panels: [shareOverTime(), approvalByProject()] },
    { title: "Output", panels: [imagesPerDay(), boxesPerDay(SCOPE, 12)] },
    { title: "Compared", panels: [projectsOfLabeler(), qualityByVolume(), corrections()] },
  ],
};
