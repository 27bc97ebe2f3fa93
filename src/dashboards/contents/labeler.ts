import { linesOf } from "../documentation.ts";
import { approvedShare, SHARE_NOTE } from "../approval.ts";
import { UIDS } from "../../rules/alert-parts.ts";
import { ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, RATE_BOUNDS, type DashboardDefinition, type PanelDefinition } from "../model.ts";
import { band, coloured, dailyBars, dashed, timeSeries } from "../panels/series.ts";
import { PER_DAY_NOTE, perDayByProject } from "../per-day.ts";
import { LABELER_SCOPE, pairs, RANGE_END, withProjectAtEnd, WORKSPACE_SCOPE } from "../promql.ts";
import { intervalOf, targetOf } from "../recorded.ts";
import { boxesPerDay, CORRECTION_NOTE, corrections, NO_REVIEWS } from "../shared-panels.ts";
import {
  datasourceVariable,
  documentationVariable,
  labelerVariable,
  windowVariable,
  workspaceVariable,
} from "../variables.ts";
import { projectsOfLabeler } from "./labeler-compared.ts";
import { labelerNow } from "./labeler-now.ts";
import { qualityByVolume, sameWeekday } from "./people-panels.ts";

const SCOPE = LABELER_SCOPE;
const BY = "workspace, labeler";

/** Approvals and reviews of everyone in the projects in which the person works. */
function shareOfOthers(): string {
  const own = `max by (workspace, project) (${pairs(ROW.imagesLabeled, SCOPE, "28d")})`;
  const of = (metric: string) => `${pairs(metric, WORKSPACE_SCOPE, "28d")} and on (workspace, project) ${own}`;
  const [approved, rejected] = [`sum(${of(ROW.approved)})`, `sum(${of(ROW.rejected)})`];
  return `${approved} / (${approved} + ${rejected} > 0)`;
}

function shareOverTime(): PanelDefinition {
  const query = (expr: string, legend: string) => ({ expr, legend, emptyReason: NO_REVIEWS });
  const end = (which: "lower" | "upper") => `max by (${BY}) (${intervalOf("labeler", which, SCOPE, "28d")})`;
  const target = `max by (${BY}) (last_over_time(${targetOf("labeler", SCOPE, "28d")}[1h] @ ${RANGE_END})) and on (${BY}) ${approvedShare(BY, SCOPE, "28d")}`;
  return timeSeries(
    {
      title: "Approved share, its 95 % interval, and the target",
      description:
        `Of the 28 days up to each moment, all projects pooled, as known at that moment. ${SHARE_NOTE} ` +
        "The shaded interval is wide where few images were reviewed; it begins when the recording rules were loaded. " +
        "The target is that of now; everyone's share is that of all labelers in the person's projects.",
      unit: "percentunit",
      queries: [
        query(end("lower"), "95 % low"),
        query(end("upper"), "95 % high"),
        query(shareOfOthers(), "Everyone in these projects"),
        // Above the others' line, which it is alike where no one else works.
        query(approvedShare(BY, SCOPE, "28d"), "This person"),
        query(target, "Target"),
      ],
    },
    {
      max: 1,
      softMin: 0.7,
      ...linesOf("reviews"),
      overrides: [
        coloured("This person", "blue"),
        ...band("95 % low", "95 % high", "blue"),
        coloured("Everyone in these projects", "purple"),
        dashed("Target"),
      ],
    },
  );
}

function approvalByProject(): PanelDefinition {
  return timeSeries(
    {
      title: "First-pass approval by project",
      description:
        "Roboflow's own rate of the 28 days up to each moment, as known at that moment: the share of reviewed images that were never rejected.",
      unit: "percentunit",
      queries: [
        {
          expr: withProjectAtEnd(pairs(ROW.approvalRatio, SCOPE, "28d")),
          legend: "{{project_name}}",
          emptyReason: NO_REVIEWS,
        },
      ],
    },
    { max: 1, softMin: 0.7, ...linesOf("reviews") },
  );
}

function imagesPerDay(): PanelDefinition {
  return dailyBars({
    title: "Images labeled per day, by project",
    description: `The person's images. ${PER_DAY_NOTE}`,
    unit: "short",
    queries: [
      {
        expr: perDayByProject(ROW.imagesLabeled, SCOPE),
        bounds: ANY_BOUNDS,
        legend: "{{project_name}}",
        emptyReason: "the person did nothing in the time range",
      },
    ],
  });
}

function correctionsOverTime(): PanelDefinition {
  const of = (window: string, legend: string) => ({
    expr: corrections(BY, SCOPE, window),
    bounds: RATE_BOUNDS,
    legend,
    emptyReason: "the person added no boxes",
  });
  return timeSeries(
    {
      title: "Corrections for each box added",
      description: `The person's, of the 7 and of the 28 days up to each moment. ${CORRECTION_NOTE}`,
      unit: "percentunit",
      queries: [of("7d", "7 days"), of("28d", "28 days")],
    },
    { width: 10, height: 10, min: 0, ...linesOf("boxes") },
  );
}

/** One person: quality and output over time, against the own past and against the others. */
export const labeler: DashboardDefinition = {
  uid: UIDS.labeler,
  title: "Roboflow / One labeler",
  description: "One person: quality and output over time, against the own past, the target and the others.",
  from: "now-30d",
  refresh: "5m",
  datasource: datasourceVariable,
  variables: [workspaceVariable("one"), labelerVariable(), windowVariable, documentationVariable],
  rows: [
    labelerNow,
    { title: "Projects", panels: [projectsOfLabeler()] },
    { title: "Quality", panels: [shareOverTime(), approvalByProject()] },
    { title: "Output", panels: [imagesPerDay(), sameWeekday(SCOPE, 12), boxesPerDay(SCOPE, 24)] },
    { title: "Compared", panels: [qualityByVolume(SCOPE, 14), correctionsOverTime()] },
  ],
};
