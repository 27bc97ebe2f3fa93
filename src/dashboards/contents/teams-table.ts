import { reviewed, SHARE_NOTE } from "../approval.ts";
import { ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition } from "../model.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { CHOSEN, pairs, share, sumBy, WORKSPACE_SCOPE } from "../promql.ts";
import { intervalOf, labelsOf, targetOf } from "../recorded.ts";
import { sumByTeam } from "../teams.ts";
import { ENOUGH, verdict, VERDICT_MAPPINGS, VERDICT_NOTE } from "../verdict.ts";

const SCOPE = WORKSPACE_SCOPE;
const NO_TEAMS = "no teams are configured, or no team worked in the window";
const NO_REVIEWS = "no teams are configured, or nothing of theirs was reviewed in the window";

/** Something of all projects, summed by team. */
function total(expr: string): string {
  return sumByTeam(sumBy("workspace, labeler", expr));
}

function output(): ValueColumn[] {
  const images = pairs(ROW.imagesLabeled, SCOPE, CHOSEN);
  const atWork = `group by (workspace, labeler) (${images} > 0)`;
  const of = (heading: string, expr: string): ValueColumn => ({ heading, expr, unit: "short", emptyReason: NO_TEAMS });
  return [
    of("People", sumByTeam(atWork)),
    of("Images", total(images)),
    of("Per person", share(total(images), sumByTeam(atWork))),
    { ...of("Boxes", total(pairs(ROW.boxesDrawn, SCOPE, CHOSEN))), bounds: ANY_BOUNDS },
  ];
}

function quality(): ValueColumn[] {
  const decisions = total(reviewed(SCOPE, CHOSEN));
  const approved = share(total(pairs(ROW.approved, SCOPE, CHOSEN)), decisions);
  const percent = { unit: "percentunit", decimals: 1, emptyReason: NO_REVIEWS } as const;
  const recorded = (expr: string) => `max by (${labelsOf("team")}) (${expr})`;
  return [
    { heading: "Reviewed", expr: decisions, unit: "short", emptyReason: NO_REVIEWS },
    { heading: "Approved", expr: approved, ...percent },
    { heading: "95 % low", expr: recorded(intervalOf("team", "lower", SCOPE, CHOSEN)), ...percent },
    { heading: "95 % high", expr: recorded(intervalOf("team", "upper", SCOPE, CHOSEN)), ...percent },
    { heading: "Target", expr: recorded(targetOf("team", SCOPE, CHOSEN)), ...percent },
    {
      heading: "Verdict",
      expr: verdict("team", SCOPE, CHOSEN, decisions),
      unit: "none",
      mappings: VERDICT_MAPPINGS,
      emptyReason: NO_REVIEWS,
    },
  ];
}

/** How much and how well each team works, all its people and projects together. */
export function teamsTable(): PanelDefinition {
  return table(
    {
      title: "Teams compared",
      description:
        "All teams of the configuration, whichever are chosen, in the chosen window: what their people did in all projects together. " +
        "People are those who labeled, per person is images for each of them; who has no team and system labelers are in none. " +
        `${SHARE_NOTE} It is of all decisions of a team and never an average; the target is that of their projects, weighed by reviews. ${VERDICT_NOTE} ` +
        `A team needs ${String(ENOUGH.team)} reviews.`,
      unit: "none",
      keys: [
        { label: "team", heading: "Team", width: 215 },
        { label: "workspace", heading: "Workspace" },
      ],
      columns: [...output(), ...quality()],
      sortBy: "Images",
      noValue: "No teams. List them in the exporter's configuration, under people.teams.",
    },
    { height: 8 },
  );
}
