import { approvedShare, reviewed, SHARE_NOTE } from "../approval.ts";
import type { ValueMapping } from "../grafana-types.ts";
import { toLabeler } from "../links.ts";
import { TIME_SPENT, ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition } from "../model.ts";
import { type KeyColumn, table, type ValueColumn } from "../panels/table.ts";
import { CHOSEN, knownWindow, pairs, sumBy, SYSTEM, withLabeler, WORKSPACE_SCOPE } from "../promql.ts";
import { imagesByPeople, intervalOf, targetOf } from "../recorded.ts";
import { inWindow } from "../selectors.ts";
import { NO_REVIEWS } from "../shared-panels.ts";
import { type Choose, peopleOfTeams } from "../teams.ts";
import { verdict, VERDICT_MAPPINGS, VERDICT_NOTE } from "../verdict.ts";

const SCOPE = WORKSPACE_SCOPE;
const BY = "workspace, labeler";

const KEYS: readonly KeyColumn[] = [
  { label: "labeler_name", heading: "Labeler", width: 215, links: toLabeler("row") },
  { label: "workspace", heading: "Workspace", width: 110 },
  { label: "labeler" },
];

/** Makes the expressions of the columns. */
interface Rows {
  /** Of these people alone, with their names. */
  readonly only: (expr: string) => string;
  /** Images of a window; who did nothing in it has no series, and did 0. */
  readonly images: (window: string) => string;
  readonly named: (expr: string) => string;
}

/** A row for each person who labeled in the last 28 days. */
function rowsOf(choose: Choose): Rows {
  const active = choose(imagesByPeople("labeler", SCOPE, "28d"));
  const named = (expr: string) => withLabeler(expr, "labeler_name, team");
  const none = (window: string) => `(0 * ${active} and on (workspace) ${knownWindow(window)})`;
  return {
    named,
    only: (expr) => named(`max by (${BY}) (${expr} and on (${BY}) ${active})`),
    images: (window) =>
      `max by (${BY}) (${choose(imagesByPeople("labeler", SCOPE, window))} or on (${BY}) ${none(window)})`,
  };
}

function output({ only, images, named }: Rows): ValueColumn[] {
  const of = (heading: string, window: string): ValueColumn => ({
    heading,
    expr: named(images(window)),
    unit: "none",
  });
  return [
    of("Today", "today"),
    of("7 days", "7d"),
    of("28 days", "28d"),
    {
      heading: "± week",
      // The week before is 14 days minus 7.
      expr: named(`2 * ${images("7d")} - ${images("14d")}`),
      unit: "none",
      bounds: ANY_BOUNDS,
    },
    {
      heading: "Boxes",
      expr: only(sumBy(BY, pairs(ROW.boxesDrawn, SCOPE, CHOSEN))),
      unit: "short",
      bounds: ANY_BOUNDS,
    },
  ];
}

function quality({ only }: Rows): ValueColumn[] {
  const percent = { unit: "percentunit", decimals: 1, emptyReason: NO_REVIEWS } as const;
  const decisions = sumBy(BY, reviewed(SCOPE, CHOSEN));
  const end = (which: "lower" | "upper") => only(intervalOf("labeler", which, SCOPE, CHOSEN));
  return [
    { heading: "Reviewed", expr: only(decisions), unit: "none", width: 88, emptyReason: NO_REVIEWS },
    { heading: "Approved", expr: only(approvedShare(BY, SCOPE, CHOSEN)), ...percent, width: 90 },
    { heading: "95 % low", expr: end("lower"), ...percent, width: 82 },
    { heading: "95 % high", expr: end("upper"), ...percent, width: 86 },
    { heading: "Target", expr: only(targetOf("labeler", SCOPE, CHOSEN)), ...percent, width: 72 },
    {
      heading: "Verdict",
      expr: only(verdict("labeler", SCOPE, CHOSEN, decisions)),
      unit: "none",
      mappings: VERDICT_MAPPINGS,
      width: 106,
      emptyReason: NO_REVIEWS,
    },
  ];
}

const DAYS_AGO: readonly ValueMapping[] = [
  {
    type: "value",
    options: {
      "0": { text: "today", color: "text", index: 0 },
      "1": { text: "yesterday", color: "text", index: 1 },
      "6.5": { text: "last 7 days", color: "text", index: 2 },
      "13.5": { text: "last 14 days", color: "text", index: 3 },
      "27.5": { text: "last 28 days", color: "text", index: 4 },
    },
  },
];

/** Days since the last one with work, from stored history; what that does not reach, from the windows: "last 7 days". */
function lastActive(): string {
  const today = `max by (${BY}) (${inWindow(ROW.imagesLabeled, SCOPE, "today")} > 0)`;
  const stored = `(time() - time() % 86400) / 86400 - floor(max_over_time(timestamp(${today})[28d:1h]) / 86400)`;
  const within = (days: number, window: string) =>
    `${String(days)} + 0 * (${imagesByPeople("labeler", SCOPE, window)} > 0)`;
  const windows = [within(0, "today"), within(6.5, "7d"), within(13.5, "14d"), within(27.5, "28d")];
  return `min by (${BY}) (${[stored, ...windows].join(" or ")})`;
}

function rest({ only }: Rows): ValueColumn[] {
  const projects = `count by (${BY}) (${pairs(ROW.imagesLabeled, SCOPE, CHOSEN)} > 0)`;
  const hours = `max by (${BY}) (${inWindow(TIME_SPENT.labelerSeconds, SCOPE, CHOSEN)}) / 3600`;
  return [
    { heading: "Projects", expr: only(projects), unit: "none", width: 76 },
    {
      heading: "Hours",
      expr: only(hours),
      unit: "none",
      decimals: 1,
      width: 70,
      emptyReason: "the legacy endpoint is not polled, is gone, or no one worked in the window",
    },
    {
      heading: "Last active",
      expr: only(lastActive()),
      unit: "suffix:days ago",
      mappings: DAYS_AGO,
      width: 100,
    },
  ];
}

/**
 * Who labels how much, and how well: one row for each person, all projects together.
 * @param choose leaves out people who are not to be listed
 */
export function labelersTable(height: number, choose: Choose = (expr) => expr): PanelDefinition {
  const rows = rowsOf(choose);
  return table(
    {
      title: "Who labels how much, and how well",
      description:
        "Everyone who labeled in the last 28 days, all projects together; system labelers are left out. Images count once per labeler and day. " +
        "± week is the last 7 days minus the 7 days before. Approved is the approved share. Boxes, reviews, approval, projects and hours are of the chosen window. " +
        `${SHARE_NOTE} The target is that of the person's projects, weighed by reviews. ${VERDICT_NOTE} ` +
        "Hours need legacy: true, teams people.teams. Last active counts days of UTC. Click a name to open the person.",
      unit: "none",
      keys: [...KEYS, { label: "team", heading: "Team", width: 90 }],
      columns: [...output(rows), ...quality(rows), ...rest(rows)],
      sortBy: "7 days",
      noValue: "No person labeled in the last 28 days, or the recording rules are not loaded.",
    },
    { height },
  );
}

/** What system labelers did. */
export function systemLabelers(): PanelDefinition {
  const only = (expr: string) => withLabeler(`${expr} and on (${BY}) ${SYSTEM}`);
  const column = (heading: string, metric: string, window: string): ValueColumn => ({
    heading,
    expr: only(sumBy(BY, pairs(metric, SCOPE, window))),
    unit: "none",
    bounds: ANY_BOUNDS,
    emptyReason: "no system labeler worked",
  });
  return table(
    {
      title: "System labelers",
      description:
        "Services of Roboflow that label, such as auto label. They are not people: every panel that lists, counts or judges people leaves them out. Images of today and of the last 7 and 28 days; boxes of 28 days.",
      unit: "none",
      keys: KEYS,
      columns: [
        column("Today", ROW.imagesLabeled, "today"),
        column("7 days", ROW.imagesLabeled, "7d"),
        column("28 days", ROW.imagesLabeled, "28d"),
        column("Boxes", ROW.boxesDrawn, "28d"),
      ],
      sortBy: "28 days",
      noValue: "No system labeler worked in the last 28 days.",
    },
    { width: 12, height: 10 },
  );
}

/** People by what their approved share says of the target, for counts. */
export function peopleVerdict(): string {
  return peopleOfTeams(verdict("labeler", SCOPE, CHOSEN, sumBy(BY, reviewed(SCOPE, CHOSEN))));
}
