import { approvedShare, reviewed, SHARE_NOTE } from "../approval.ts";
import type { ValueMapping } from "../grafana-types.ts";
import { toLabeler } from "../links.ts";
import { ANY_BOUNDS, type PanelDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { type KeyColumn, table, type ValueColumn } from "../panels/table.ts";
import { points, POINTS, POINTS_BOUNDS } from "../points.ts";
import { CHOSEN, sumBy, withLabeler, withNames, WORKSPACE_SCOPE } from "../promql.ts";
import { approvedShareOf, decisionsOf, expectedOf, fallEvidenceOf, intervalOf, targetOf } from "../recorded.ts";
import { NO_REVIEWS, NONE_REVIEWED } from "../shared-panels.ts";
import { peopleOfTeams, TEAM_NOTE } from "../teams.ts";
import { NONE_EXPECTED } from "../thresholds.ts";
import { DEFAULTS } from "../../rules/parameters.ts";
import { ENOUGH, verdict, VERDICT_MAPPINGS, VERDICT_NOTE } from "../verdict.ts";

const SCOPE = WORKSPACE_SCOPE;
const BY = "workspace, labeler";
const ROWS = 10;
const TOO_FEW = `no person has ${String(ENOUGH.labeler)} reviews in the window`;
const NEEDED = `No person has ${String(ENOUGH.labeler)} reviews. Choose 28 days, or have more images reviewed.`;
const { ticket, digest } = DEFAULTS.evidence;

const KEYS: readonly KeyColumn[] = [
  { label: "labeler_name", heading: "Labeler", width: 215, links: toLabeler("row") },
  { label: "workspace" },
  { label: "labeler" },
];

/** Columns of the people that `chosen` picks. */
function ranking(chosen: string): ValueColumn[] {
  const only = (expr: string) => withLabeler(`max by (${BY}) (${expr} and on (${BY}) ${chosen})`);
  const decisions = sumBy(BY, reviewed(SCOPE, CHOSEN));
  const percent = { unit: "percentunit", decimals: 1, emptyReason: TOO_FEW } as const;
  const end = (which: "lower" | "upper") => only(intervalOf("labeler", which, SCOPE, CHOSEN));
  return [
    { heading: "Reviewed", expr: only(decisions), unit: "none", emptyReason: TOO_FEW },
    { heading: "Approved", expr: only(approvedShare(BY, SCOPE, CHOSEN)), ...percent },
    { heading: "95 % low", expr: end("lower"), ...percent },
    { heading: "95 % high", expr: end("upper"), ...percent },
    { heading: "Target", expr: only(targetOf("labeler", SCOPE, CHOSEN)), ...percent },
    {
      heading: "Verdict",
      width: 105,
      expr: only(verdict("labeler", SCOPE, CHOSEN, decisions)),
      unit: "none",
      mappings: VERDICT_MAPPINGS,
      emptyReason: TOO_FEW,
    },
  ];
}

function enough(end: "lower" | "upper"): string {
  const decisions = `${decisionsOf("labeler", SCOPE, CHOSEN)} >= ${String(ENOUGH.labeler)}`;
  return peopleOfTeams(`(${intervalOf("labeler", end, SCOPE, CHOSEN)} and on (${BY}) (${decisions}))`);
}

const NOTE = `with at least ${String(ENOUGH.labeler)} reviews in the chosen window, all their projects together. ${TEAM_NOTE} ${SHARE_NOTE} ${VERDICT_NOTE}`;

export function worst(): PanelDefinition {
  return table(
    {
      title: "Lowest",
      description: `The ${String(ROWS)} people whose approved share is lowest even at the favourable end of its interval, ${NOTE}`,
      unit: "none",
      keys: KEYS,
      columns: ranking(`bottomk(${String(ROWS)}, ${enough("upper")})`),
      sortBy: "95 % high",
      ascending: true,
      noValue: NEEDED,
    },
    { width: 12, height: 14 },
  );
}

export function best(): PanelDefinition {
  return table(
    {
      title: "Highest",
      description: `The ${String(ROWS)} people whose approved share is highest even at the unfavourable end of its interval, ${NOTE}`,
      unit: "none",
      keys: KEYS,
      columns: ranking(`topk(${String(ROWS)}, ${enough("lower")})`),
      sortBy: "95 % low",
      noValue: NEEDED,
    },
    { width: 12, height: 14 },
  );
}

/** How sure the alerts must be: of a digest at least. */
const FELL = `> ${String(digest.fell)}`;
const NO_FALL = "no one's approved share fell";

const SURENESS: readonly ValueMapping[] = [
  { from: 0, to: ticket.fell, text: "probably", color: "orange" },
  { from: ticket.fell, to: 1000, text: "yes", color: "red" },
].map(({ from, to, text, color }, index) => ({
  type: "range" as const,
  options: { from, to, result: { text, color, index } },
}));

/** People who fell with all projects together, and people who fell in one project. */
function fallen(of: (level: "labeler" | "project_labeler") => string): string {
  const where = (level: "labeler" | "project_labeler") =>
    peopleOfTeams(
      `(${of(level)} and on (${level === "labeler" ? BY : "workspace, project, labeler"}) ${fellAt(level)})`,
    );
  const all = `label_replace(${withLabeler(where("labeler"))}, "project_name", "all projects", "", "")`;
  return `${all} or ${withNames(where("project_labeler"))}`;
}

/**
 * Who fell and has not recovered: the evidence may be of 14 or 28 days, and someone whose last 7 days are as good as the own past
 * has no place in a list of falls.
 */
export function fellAt(level: "labeler" | "project_labeler"): string {
  const by = level === "labeler" ? BY : "workspace, project, labeler";
  const recovered = `${bare(level, approvedShareOf(level, SCOPE, "7d"))} >= ${bare(level, expectedOf(level, SCOPE, "7d"))}`;
  return `(${fallEvidenceOf(level, SCOPE)} ${FELL} unless on (${by}) (${recovered}))`;
}

function bare(level: "labeler" | "project_labeler", expr: string): string {
  return `max by (${level === "labeler" ? BY : "workspace, project, labeler"}) (${expr})`;
}

const FALL_NOTE =
  `${TEAM_NOTE} People whose approved share fell against what all days before let expect, as surely as the daily digest of the alerts demands, and whose last 7 days are still below it. ` +
  "A person is listed for all projects together, for single projects, or both. The chosen window does not matter.";

function falls(): ValueColumn[] {
  const seven = (level: "labeler" | "project_labeler") => bare(level, approvedShareOf(level, SCOPE, "7d"));
  const expected = (level: "labeler" | "project_labeler") => bare(level, expectedOf(level, SCOPE, "7d"));
  const percent = { unit: "percentunit", decimals: 1, emptyReason: NO_FALL } as const;
  return [
    { heading: "Last 7 days", expr: fallen(seven), ...percent },
    { heading: "Own past", expr: fallen(expected), ...percent },
    {
      heading: "± own past",
      expr: fallen((level) => points(`${seven(level)} - ${expected(level)}`)),
      unit: POINTS,
      decimals: 1,
      bounds: POINTS_BOUNDS,
      emptyReason: NO_FALL,
    },
    {
      heading: "Sure",
      expr: fallen((level) => fallEvidenceOf(level, SCOPE)),
      unit: "none",
      decimals: 1,
      mappings: SURENESS,
      bounds: ANY_BOUNDS,
      emptyReason: NO_FALL,
    },
    {
      heading: "Reviewed, 7 days",
      expr: fallen((level) => bare(level, decisionsOf(level, SCOPE, "7d"))),
      unit: "none",
      emptyReason: NO_FALL,
    },
  ];
}

export function falling(): PanelDefinition {
  return table(
    {
      title: "Whose approval fell",
      description: `${FALL_NOTE} Sure is as the alerts are: yes is a ticket, probably a line of the digest. Empty is good.`,
      unit: "none",
      keys: [
        ...KEYS.slice(0, 1),
        { label: "project_name", heading: "Project", width: 190 },
        ...KEYS.slice(1),
        { label: "project" },
      ],
      columns: falls(),
      sortBy: "± own past",
      ascending: true,
      noValue: "No one's approved share fell, or nothing was reviewed.",
    },
    { height: 9 },
  );
}

export function fallingCount(): PanelDefinition {
  const fell = (["labeler", "project_labeler"] as const).map(fellAt).join(" or ");
  return stat(
    {
      title: "People whose approval fell",
      description: FALL_NOTE,
      unit: "none",
      queries: [
        {
          expr: `count(count by (${BY}) (${peopleOfTeams(`(${fell})`)})) or 0 * count(${decisionsOf("labeler", SCOPE, "28d")})`,
          emptyReason: NO_REVIEWS,
        },
      ],
    },
    { thresholds: NONE_EXPECTED, noValue: NONE_REVIEWED },
  );
}
