import { approvedShare, SHARE_NOTE } from "../approval.ts";
import { ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition, type Query, type RowDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { points, POINTS_BOUNDS, signed, SIGNED } from "../points.ts";
import { CHOSEN, LABELER_SCOPE, pairs } from "../promql.ts";
import { decisionsOf, expectedOf, fallEvidenceOf, targetOf } from "../recorded.ts";
import { DEFAULTS } from "../../rules/parameters.ts";
import { judgedShare, NO_REVIEWS, NONE_REVIEWED, reviewedStat, shareStat } from "../shared-panels.ts";

const SCOPE = LABELER_SCOPE;
const BY = "workspace, labeler";
const NO_PAST = "nothing was reviewed before the last 7 days, or in them";
const { ticket, digest } = DEFAULTS.evidence;

function imagesLabeled(): PanelDefinition {
  return stat(
    {
      title: "Images labeled",
      description: "The person's images in the chosen window; an image counts once per day.",
      unit: "short",
      queries: [
        {
          expr: `sum(${pairs(ROW.imagesLabeled, SCOPE, CHOSEN)})`,
          emptyReason: "the person did nothing in the window",
        },
      ],
    },
    { width: 3, noValue: "none" },
  );
}

function target(): PanelDefinition {
  return stat(
    {
      title: "Target",
      description: "The target of the person's projects, weighed by the reviews of the chosen window.",
      unit: "percentunit",
      queries: [{ expr: `max by (${BY}) (${targetOf("labeler", SCOPE, CHOSEN)})`, emptyReason: NO_REVIEWS }],
    },
    { width: 3, decimals: 1, noValue: "not judged" },
  );
}

function past(): PanelDefinition {
  return stat(
    {
      title: "Own past",
      description:
        "The approved share that all days before the last 7 let expect, drawn towards the projects' where they are few. The alerts compare with it.",
      unit: "percentunit",
      queries: [{ expr: `max by (${BY}) (${expectedOf("labeler", SCOPE, "7d")})`, emptyReason: NO_PAST }],
    },
    { width: 3, decimals: 1, noValue: NONE_REVIEWED },
  );
}

function change(): PanelDefinition {
  const difference = `${approvedShare(BY, SCOPE, "7d")} - on (${BY}) ${expectedOf("labeler", SCOPE, "7d")}`;
  return stat(
    {
      title: "Points from own past",
      description: `Approved share of the last 7 days minus what the own past lets expect, whatever the chosen window. ${SHARE_NOTE}`,
      unit: "none",
      queries: signed({ expr: points(difference), bounds: POINTS_BOUNDS, emptyReason: NO_PAST }),
    },
    { width: 3, decimals: 1, noValue: NONE_REVIEWED, overrides: SIGNED },
  );
}

const EVIDENCE_WORDS = [
  { from: -1000, to: digest.fell, text: "no sign" },
  { from: digest.fell, to: ticket.fell, text: "probably", color: "orange" },
  { from: ticket.fell, to: 1000, text: "yes", color: "red" },
].map(({ from, to, text, color = "text" }, index) => ({
  type: "range" as const,
  options: { from, to, result: { text, color, index } },
}));

function fell(): PanelDefinition {
  const of = (level: "labeler" | "project_labeler", legend: string): Query => ({
    expr: `max(${fallEvidenceOf(level, SCOPE)}) or 0 * max(${decisionsOf("labeler", SCOPE, "28d")})`,
    legend,
    bounds: ANY_BOUNDS,
    emptyReason: NO_REVIEWS,
  });
  return stat(
    {
      title: "Has approval fallen?",
      description:
        "What the alerts see, of all projects together and of the single project where it is strongest: yes is as sure as a ticket must be, probably as sure as the daily digest. " +
        "It is about the last 7, 14 and 28 days against everything before.",
      unit: "none",
      queries: [of("labeler", "all together"), of("project_labeler", "one project")],
    },
    { width: 3, mappings: EVIDENCE_WORDS, noValue: NONE_REVIEWED },
  );
}

/** The numbers at the top of the dashboard of one labeler. */
export const labelerNow: RowDefinition = {
  title: "Now, in the chosen window",
  panels: [
    imagesLabeled(),
    reviewedStat(SCOPE, 3),
    judgedShare("labeler", SCOPE, "The person's, of the chosen window, all projects pooled.", 3),
    target(),
    past(),
    change(),
    fell(),
    shareStat("Model-assisted", "Images on which model assist was used", ROW.modelAssisted, SCOPE, 3),
  ],
};
