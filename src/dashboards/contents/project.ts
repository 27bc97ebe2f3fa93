import { linesOf } from "../documentation.ts";
import { approvedShare, SHARE_NOTE } from "../approval.ts";
import { UIDS } from "../../rules/alert-parts.ts";
import { toLabeler } from "../links.ts";
import { ROW } from "../../sources/metric-names.ts";
import {
  ANY_BOUNDS,
  RATE_BOUNDS,
  type DashboardDefinition,
  type PanelDefinition,
  type RowDefinition,
} from "../model.ts";
import { scatter } from "../panels/others.ts";
import { coloured, dailyBars, dashed, timeSeries } from "../panels/series.ts";
import { PER_DAY_NOTE, perDay, perDayByLabeler } from "../per-day.ts";
import { CHOSEN, pairs, people, PROJECT_SCOPE, RANGE_END, sumBy, SYSTEM, withLabeler } from "../promql.ts";
import { targetOf } from "../recorded.ts";
import {
  approvedShareQuery,
  boxesPerDay,
  CORRECTION_NOTE,
  corrections,
  reviewsPerDay,
  shareOfImages,
} from "../shared-panels.ts";
import {
  datasourceVariable,
  documentationVariable,
  projectVariable,
  windowVariable,
  workspaceVariable,
} from "../variables.ts";
import { labelersOfProject } from "./labelers-of-project.ts";
import { busiest } from "./people-panels.ts";
import { projectNow } from "./project-now.ts";

const SCOPE = PROJECT_SCOPE;
const BY_PROJECT = "workspace, project";
const KNOWN_LATER = "nothing is known of the beginning of the day";
/** Fewer boxes make a ratio that says nothing. */
const ENOUGH_BOXES = 20;
/** So many names fit a legend. */
const SHOWN = 12;
const PER_PERSON = perDay("workspace, labeler", ROW.imagesLabeled, SCOPE);
const NO_BOXES = "no boxes were added";
const IDLE = "nothing was labeled in 7 days";

/** The target as it is now, as a line where there are reviews. */
function targetAtEnd(): string {
  return `max by (${BY_PROJECT}) (last_over_time(${targetOf("project", SCOPE, "28d")}[1h] @ ${RANGE_END})) and on (${BY_PROJECT}) ${approvedShare(BY_PROJECT, SCOPE, "28d")}`;
}

function approvalTrend(): PanelDefinition {
  return timeSeries(
    {
      title: "Approved share against the target",
      description: `Of the 7 and of the 28 days up to each moment, all labelers pooled, as known at that moment. ${SHARE_NOTE}`,
      unit: "percentunit",
      queries: [
        { ...approvedShareQuery(BY_PROJECT, SCOPE, "7d"), legend: "7 days" },
        { ...approvedShareQuery(BY_PROJECT, SCOPE, "28d"), legend: "28 days" },
        { expr: targetAtEnd(), legend: "Target", emptyReason: "the rules were loaded only just now" },
      ],
    },
    { max: 1, softMin: 0.7, overrides: [dashed("Target")], ...linesOf("reviews") },
  );
}

function perLabeler(): PanelDefinition {
  return dailyBars(
    {
      title: "Images labeled per day, by person",
      description: `Images count once per labeler and day. The ${String(SHOWN)} busiest people by name, the others and system labelers as one grey part each. Click a bar to open the person. ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [
        {
          expr: `${perDayByLabeler(ROW.imagesLabeled, SCOPE)} and on (workspace, labeler) ${busiest(SHOWN, SCOPE)}`,
          bounds: ANY_BOUNDS,
          legend: "{{labeler_name}}",
          emptyReason: KNOWN_LATER,
        },
        {
          expr: `sum(${people(PER_PERSON)} unless on (workspace, labeler) ${busiest(SHOWN, SCOPE)})`,
          bounds: ANY_BOUNDS,
          legend: "Other people",
          emptyReason: "there are no more people",
        },
        {
          expr: `sum(${PER_PERSON} and on (workspace, labeler) ${SYSTEM})`,
          bounds: ANY_BOUNDS,
          legend: "System labelers",
          emptyReason: "no system labeler worked",
        },
      ],
    },
    {
      links: toLabeler("series"),
      overrides: [coloured("Other people", "#c4c4c4"), coloured("System labelers", "#8e8e8e")],
    },
  );
}

const output: RowDefinition = {
  title: "Output and reviews",
  panels: [perLabeler(), approvalTrend(), boxesPerDay(SCOPE, 12), reviewsPerDay(SCOPE, 12)],
};

function correctionsOverTime(): PanelDefinition {
  return timeSeries(
    {
      title: "Corrections for each box added",
      description: `Of the 7 and of the 28 days up to each moment. ${CORRECTION_NOTE}`,
      unit: "percentunit",
      queries: [
        { expr: corrections(BY_PROJECT, SCOPE, "7d"), bounds: RATE_BOUNDS, legend: "7 days", emptyReason: NO_BOXES },
        { expr: corrections(BY_PROJECT, SCOPE, "28d"), bounds: RATE_BOUNDS, legend: "28 days", emptyReason: NO_BOXES },
      ],
    },
    { width: 8, min: 0, ...linesOf("boxes") },
  );
}

function modelAssist(): PanelDefinition {
  return timeSeries(
    {
      title: "Model assist, and images without objects",
      description:
        "Images on which model assist was used, and images marked as having none (null), among the images labeled in the 7 days up to each moment.",
      unit: "percentunit",
      queries: [
        {
          expr: shareOfImages(BY_PROJECT, ROW.modelAssisted, SCOPE, "7d"),
          legend: "Model-assisted",
          emptyReason: IDLE,
        },
        { expr: shareOfImages(BY_PROJECT, ROW.markedNull, SCOPE, "7d"), legend: "Without objects", emptyReason: IDLE },
      ],
    },
    { width: 8, min: 0, max: 1, ...linesOf("images") },
  );
}

function doesAssistHelp(): PanelDefinition {
  const by = "workspace, labeler";
  const boxes = sumBy(by, pairs(ROW.boxesAdded, SCOPE, CHOSEN));
  return scatter(
    {
      title: "Does model assist save corrections?",
      description: `One point for each person with at least ${String(ENOUGH_BOXES)} boxes added in the chosen window. ${CORRECTION_NOTE} Correlation only: assisted images may differ from the others.`,
      x: {
        heading: "Model-assisted",
        expr: withLabeler(people(shareOfImages(by, ROW.modelAssisted, SCOPE))),
        unit: "percentunit",
      },
      y: {
        heading: "Corrections for each box",
        expr: withLabeler(people(`${corrections(by, SCOPE)} and ${boxes} >= ${String(ENOUGH_BOXES)}`)),
        unit: "percentunit",
        bounds: RATE_BOUNDS,
      },
      point: { label: "labeler_name", heading: "Labeler" },
      hidden: ["workspace", "labeler"],
      emptyReason: NO_BOXES,
      noValue: `No one added ${String(ENOUGH_BOXES)} boxes in the window.`,
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
  variables: [workspaceVariable("one"), projectVariable("one"), windowVariable, documentationVariable],
  rows: [
    projectNow,
    { title: "People", panels: [labelersOfProject()] },
    output,
    { title: "Corrections and model assist", panels: [correctionsOverTime(), modelAssist(), doesAssistHelp()] },
  ],
};
