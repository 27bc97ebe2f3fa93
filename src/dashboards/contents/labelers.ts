import { UIDS } from "../../rules/alert-parts.ts";
import { ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type DashboardDefinition, type PanelDefinition, type RowDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { CHOSEN, people, WORKSPACE_SCOPE, zeroIfKnown } from "../promql.ts";
import { imagesByPeople } from "../recorded.ts";
import { inWindow } from "../selectors.ts";
import { judgedShare } from "../shared-panels.ts";
import { signed, SIGNED } from "../points.ts";
import { type Choose, following, inChosenTeams, peopleOfTeams } from "../teams.ts";
import {
  datasourceVariable,
  documentationVariable,
  teamVariable,
  windowVariable,
  workspaceVariable,
} from "../variables.ts";
import { labelersTable, systemLabelers } from "./labelers-table.ts";
import { daysOfPeople, peopleByVerdict, qualityOfTeams, sameWeekdayOfTeams } from "./people-panels.ts";
import { teamsTable } from "./teams-table.ts";

const SCOPE = WORKSPACE_SCOPE;

/** People who labeled in the chosen window. */
export function activePeople(width: number, choose: Choose = people): PanelDefinition {
  const active = `count by (workspace, labeler) (${inWindow(ROW.imagesLabeled, SCOPE, CHOSEN)} > 0)`;
  return stat(
    {
      title: "People at work",
      description:
        "People who labeled at least one image in the chosen window. System labelers, such as auto label, do not count. " +
        "A person in two workspaces counts twice.",
      unit: "short",
      queries: [{ expr: `count(${choose(active)}) or ${zeroIfKnown(CHOSEN)}` }],
    },
    { width },
  );
}

const ofTeams = (window: string) => inChosenTeams(imagesByPeople("labeler", SCOPE, window));

/** Images that people labeled in the last 7 days. */
function imagesOfWeek(): PanelDefinition {
  return stat(
    {
      title: "Images, last 7 days",
      description:
        "Images that people of the chosen teams labeled in the last 7 days, whatever the chosen window; an image counts once per labeler and day.",
      unit: "short",
      queries: [{ expr: `sum(${ofTeams("7d")}) or ${zeroIfKnown("7d")}` }],
    },
    { width: 6 },
  );
}

/** The last 7 days minus the 7 days before. */
function weekOverWeek(width: number): PanelDefinition {
  const of = (window: string) => `(sum(${ofTeams(window)}) or ${zeroIfKnown(window)})`;
  return stat(
    {
      title: "Images against the week before",
      description:
        "Images that people of the chosen teams labeled in the last 7 days minus those of the 7 days before: 14 days minus 7.",
      unit: "short",
      queries: signed({ expr: `2 * ${of("7d")} - ${of("14d")}`, bounds: ANY_BOUNDS }),
    },
    { width, overrides: SIGNED, noValue: "needs the window 14d" },
  );
}

const now: RowDefinition = {
  title: "Now",
  panels: [
    following(activePeople(6, peopleOfTeams)),
    imagesOfWeek(),
    weekOverWeek(6),
    {
      ...judgedShare(
        "workspace",
        SCOPE,
        "Of the whole workspace in the chosen window, all teams and system labelers' images included.",
        6,
      ),
      title: "Approved share of the workspace",
    },
  ],
};

/** All people who label, one row each. */
export const labelers: DashboardDefinition = {
  uid: UIDS.labelers,
  title: "Roboflow / All labelers",
  description: "Who labels how much, and how well: one row for each person, all projects together.",
  from: "now-30d",
  refresh: "5m",
  datasource: datasourceVariable,
  variables: [workspaceVariable("many"), teamVariable, windowVariable, documentationVariable],
  rows: [
    now,
    { title: "People", panels: [following(labelersTable(16, inChosenTeams))] },
    { title: "Days", panels: [daysOfPeople()] },
    {
      title: "Compared",
      panels: [peopleByVerdict(12), sameWeekdayOfTeams(12), qualityOfTeams(12), systemLabelers()],
    },
    { title: "Teams", panels: [teamsTable()] },
  ],
};
