import { approvedShare, reviewed, SHARE_NOTE } from "../approval.ts";
import type { ValueMapping } from "../grafana-types.ts";
import { toLabeler } from "../links.ts";
import { LEGACY, ROW } from "../../../src/rules/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition } from "../model.ts";
import { type KeyColumn, table, type ValueColumn } from "../panels/table.ts";
import { CHOSEN, knownWindow, pairs, people, sumBy, SYSTEM, withLabeler, WORKSPACE_SCOPE } from "../promql.ts";
import { imagesByPeople, intervalOf, targetOf } from "../recorded.ts";
import { inWindow } from "../selectors.ts";
import { NO_REVIEWS } from "../shared-panels.ts";
import { verdict, VERDICT_MAPPINGS, VERDICT_NOTE } from "../verdict.ts";

const SCOPE = WORKSPACE_SCOPE;
const BY = "workspace, labeler";
const TEAM = imagesByPeople("labeler", SCOPE, "28d");

const KEYS: readonly KeyColumn[] = [
  { label: "labeler_name", heading: "Labeler", width: 215, links: toLabeler("row") },
  { label: "workspace", heading: "Workspace", width: 115 },
  { label: "labeler" },
];

/** Of the people who labeled in the last 28 days alone. */
function ofTeam(expr: string): string {
  return withLabeler(`max by (${BY}) (${expr} and on (${BY}) ${TEAM})`);
}

/** Images of a window; people of the team who did nothing in it have no series, and did 0. */
function images(window: string): string {
  const none = `(0 * ${TEAM} and on (workspace) ${knownWindow(window)})`;
  return `max by (${BY}) (${imagesByPeople("labeler", SCOPE, window)} or on (${BY}) ${none})`;
}

function output(): ValueColumn[] {
  const of = (heading: string, window: string): ValueColumn => ({
    heading,
    expr: withLabeler(images(window)),
    unit: "none",
  });
  return [
    of("Today", "today"),
    of("7 days", "7d"),
    of("28 days", "28d"),
    {
      heading: "± a week",
      // The week before is 14 days minus 7.
      expr: withLabeler(`2 * ${images("7d")} - ${images("14d")}`),
      unit: "none",
      bounds: ANY_BOUNDS,
    },
    {
      heading: "Boxes",
      expr: ofTeam(sumBy(BY, pairs(ROW.boxesDrawn, SCOPE, CHOSEN))),
      unit: "short",
      bounds: ANY_BOUNDS,
    },
  ];
}

function quality(): ValueColumn[] {
  const percent = { unit: "percentunit", decimals: 1, emptyReason: NO_REVIEWS } as const;
  const decisions = sumBy(BY, reviewed(SCOPE, CHOSEN));
  const end = (which: "lower" | "upper") => ofTeam(intervalOf("labeler", which, SCOPE, CHOSEN));
  return [
    { heading: "Reviewed", expr: ofTeam(decisions), unit: "none", emptyReason: NO_REVIEWS },
    { heading: "Approved", expr: ofTeam(approvedShare(BY, SCOPE, CHOSEN)), ...percent },
    { heading: "95 % low", expr: end("lower"), ...percent },
    { heading: "95 % high", expr: end("upper"), ...percent },
    { heading: "Target", expr: ofTeam(targetOf("labeler", SCOPE, CHOSEN)), ...percent },
    {
      heading: "Verdict",
      expr: ofTeam(verdict("labeler", SCOPE, CHOSEN, decisions)),
      unit: "none",
      mappings: VERDICT_MAPPINGS,
      width: 110,
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

function rest(): ValueColumn[] {
  const projects = `count by (${BY}) (${pairs(ROW.imagesLabeled, SCOPE, CHOSEN)} > 0)`;
  const hours = `max by (${BY}) (${inWindow(LEGACY.labelerSeconds, SCOPE, CHOSEN)}) / 3600`;
  return [
    { heading: "Projects", expr: ofTeam(projects), unit: "none" },
    {
      heading: "Hours",
      expr: ofTeam(hours),
      unit: "none",
      decimals: 1,
      emptyReason: "the legacy endpoint is not polled, is gone, or nobody worked in the window",
    },
    {
      heading: "Last active",
      expr: ofTeam(lastActive()),
      unit: "suffix:days ago",
      mappings: DAYS_AGO,
      width: 105,
    },
  ];
}

/** Who labels how much, and how well: one row for each person, all projects together. */
export function labelersTable(height: number): PanelDefinition {
  return table(
    {
      title: "Who labels how much, and how well",
      description:
        "Everyone who labeled in the last 28 days, all projects together; system labelers are left out. Images count once per labeler and day. " +
        "± a week is the last 7 days minus the 7 days before. Approved is the approved share. Boxes, reviews, approval, projects and hours are of the chosen window. " +
        `${SHARE_NOTE} The target is that of the person's projects, weighed by reviews. ${VERDICT_NOTE} ` +
        "Hours need legacy: true. Last active counts days of UTC. Click a name to open the person.",
      unit: "none",
      keys: KEYS,
      columns: [...output(), ...quality(), ...rest()],
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
  return people(verdict("labeler", SCOPE, CHOSEN, sumBy(BY, reviewed(SCOPE, CHOSEN))));
}
