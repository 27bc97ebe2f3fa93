import { UIDS } from "../../rules/alert-parts.ts";
import { FIRST_DAY } from "../documentation.ts";
import { ANY_BOUNDS, type DashboardDefinition, type PanelDefinition } from "../model.ts";
import { dayGrid } from "../panels/others.ts";
import { perDay, PER_DAY_NOTE, perDayByProject } from "../per-day.ts";
import { PROJECT_SCOPE } from "../promql.ts";
import { ROW } from "../../sources/metric-names.ts";
import {
  datasourceVariable,
  documentationVariable,
  projectVariable,
  teamVariable,
  windowVariable,
  workspaceVariable,
} from "../variables.ts";
import { costRow } from "./manager-cost.ts";
import { leftRow } from "./manager-left.ts";
import { newcomersRow } from "./manager-newcomers.ts";
import { rankingRow } from "./manager-ranking.ts";
import { reviewsRow } from "./manager-reviews.ts";
import { todayRow } from "./manager-today.ts";
import { weeksRow } from "./manager-weeks.ts";

function calendar(): PanelDefinition {
  const emptyReason = "nothing is known of the beginning of the day";
  return {
    ...dayGrid(
      {
        title: "Calendar: images per day",
        description:
          "A square for each day, of a blue that is stronger for more images: all chosen projects together in the first line, then each of them. System labelers are included. " +
          `A pale day is a day off, a holiday, or one on which something was in the way: look at it before you plan the next. ${PER_DAY_NOTE}`,
        unit: "short",
        queries: [
          {
            expr: `sum(${perDay("workspace", ROW.imagesLabeled, PROJECT_SCOPE)})`,
            legend: "All chosen projects",
            bounds: ANY_BOUNDS,
            emptyReason,
          },
          {
            expr: perDayByProject(ROW.imagesLabeled, PROJECT_SCOPE),
            legend: "{{project_name}}",
            bounds: ANY_BOUNDS,
            emptyReason,
          },
        ],
      },
      {
        ...FIRST_DAY,
        noValue:
          "No image was labeled on these days, or the first is not over. For the past, run: roboflow-exporter backfill",
      },
    ),
    height: 10,
  };
}

/** For who plans the work and writes no queries. */
export const manager: DashboardDefinition = {
  uid: UIDS.manager,
  title: "Roboflow / Manager",
  description:
    "For who plans the work: who is working today, how this week compares, how people get on, what is left and when it will be done, and what waits for review.",
  from: "now-30d",
  refresh: "5m",
  datasource: datasourceVariable,
  variables: [workspaceVariable("many"), projectVariable("many"), teamVariable, windowVariable, documentationVariable],
  rows: [
    todayRow,
    weeksRow,
    leftRow,
    reviewsRow,
    rankingRow,
    newcomersRow,
    costRow,
    { title: "Days, in the chosen projects", panels: [calendar()] },
  ],
};
