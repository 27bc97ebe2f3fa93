import type { Override } from "../grafana-types.ts";
import { ANY_BOUNDS, type PanelDefinition, type Query } from "../model.ts";
import { namedBand, trend } from "../panels/trend.ts";
import { namesAtEnd, PROJECT_SCOPE, RANGE_END } from "../promql.ts";
import { bare, type Bound, forecastDoneOf } from "../../rules/series.ts";
import { LEFT } from "../../sources/metric-names.ts";
import { select } from "../selectors.ts";

/** The panel shows so many days before today and after it. */
const [PAST_DAYS, FUTURE_DAYS] = [30, 60];
const SHIFT = String(FUTURE_DAYS * 86_400);
const BY = "workspace, project";

/** A point stands for the moment that is so much later: queries of the future are answered by what was known last. */
const MOMENT = `(time() + ${SHIFT})`;
const STILL = "[1h]";

function atEnd(selector: string): string {
  return `max by (${BY}) (last_over_time(${selector}${STILL} @ ${RANGE_END}))`;
}

const leftNow = atEnd(select(LEFT.unannotated, PROJECT_SCOPE));

/** One project alone, for bands of several would hide each other: of those with a forecast the one with most images left. */
const forecastable = `(${leftNow} and on (${BY}) ${doneAtEnd("p50")})`;
const SHOWN = `topk(1, ${forecastable} or on () topk(1, ${leftNow}))`;

function doneAtEnd(bound: Bound): string {
  return atEnd(select(bare(forecastDoneOf(bound)), { ...PROJECT_SCOPE, bound: `="${bound}"` }));
}

/** What was left: the series itself, moved by as much as the points are. */
function past(): string {
  const then = `max by (${BY}) (last_over_time(${select(LEFT.unannotated, PROJECT_SCOPE)}${STILL} offset -${String(FUTURE_DAYS)}d))`;
  const shown = `(${then} and on (${BY}) ${SHOWN} and on () (vector(${MOMENT}) <= ${RANGE_END}))`;
  return `max by (project_name) (${shown} * on (${BY}) group_left (project_name) ${namesAtEnd("project")})`;
}

/** What will be left: a straight line from now to the day on which nothing is. */
function ahead(bound: Bound): string {
  const done = doneAtEnd(bound);
  const part = `clamp((${done} - ${MOMENT}) / (${done} - ${RANGE_END}), 0, 1)`;
  return `max(${SHOWN} * on (${BY}) ${part} and on () (vector(${MOMENT}) > ${RANGE_END} - 43200))`;
}

/** The day of the deadline, as high as what is left now. */
function deadline(): string {
  const day = atEnd(select(LEFT.deadline, PROJECT_SCOPE));
  return `max(${SHOWN} and on (${BY}) (abs(${day} - 21600 - ${MOMENT}) <= 21600))`;
}

const AXIS = "Days from today";
const [EARLIEST, EVEN, SAFE, DEADLINE] = ["At the earliest", "Even chance", "Safe to promise", "Deadline"] as const;
const NOT_POLLED = "the backlog is not polled";
const NO_FORECAST = "too little is known for a forecast, or the backlog is not polled";

const LINES: readonly Query[] = [
  { expr: past(), legend: "{{project_name}}", emptyReason: NOT_POLLED },
  { expr: ahead("p10"), legend: EARLIEST, emptyReason: NO_FORECAST },
  { expr: ahead("p50"), legend: EVEN, emptyReason: NO_FORECAST },
  { expr: ahead("p90"), legend: SAFE, emptyReason: NO_FORECAST },
  { expr: deadline(), legend: DEADLINE, emptyReason: "no deadline is configured that is near" },
];

const LOOK: readonly Override[] = [
  ...namedBand(EARLIEST, SAFE, "#b877d9"),
  {
    matcher: { id: "byName", options: EVEN },
    properties: [
      { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } },
      { id: "color", value: { mode: "fixed", fixedColor: "text" } },
    ],
  },
  {
    matcher: { id: "byName", options: DEADLINE },
    properties: [
      { id: "custom.drawStyle", value: "bars" },
      { id: "custom.fillOpacity", value: 100 },
      { id: "color", value: { mode: "fixed", fixedColor: "#ff9830" } },
    ],
  },
  { matcher: { id: "byName", options: AXIS }, properties: [{ id: "decimals", value: 0 }] },
];

/** How the pile of one project shrank, and how it may go on. */
export function burndown(): PanelDefinition {
  return trend(
    {
      title: "Burndown of the project with most images left",
      description:
        `Images left in the last ${String(PAST_DAYS)} days, and how they may become fewer in the next ${String(FUTURE_DAYS)}: today is 0, the violet area is where eight of ten projects end up, the dashed line has an even chance. ` +
        "Of the chosen projects it is the one with most images left that has a forecast; choose a single one in Project, at the head. The orange bar is its deadline: if it stands to the left of where the area ends, talk about the deadline now. " +
        "Without a forecast only the past is drawn.",
      unit: "none",
      axis: { expr: `(vector${MOMENT} - ${RANGE_END}) / 86400`, legend: AXIS, bounds: ANY_BOUNDS },
      queries: LINES,
    },
    {
      noValue: "Nothing is known of what is left: set backlog: true in the exporter's configuration.",
      timeFrom: `${String(PAST_DAYS + FUTURE_DAYS)}d`,
      minStep: "12h",
      overrides: LOOK,
    },
  );
}
