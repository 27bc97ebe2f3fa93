import { ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition, type Query, type RowDefinition } from "../model.ts";
import { bars, stat } from "../panels/single.ts";
import { knownAt } from "../per-day.ts";
import { signed, SIGNED } from "../points.ts";
import { following } from "../teams.ts";
import { moment, weeksAgo, workOfTeams } from "./manager-people.ts";

const BEFORE = [1, 2, 3, 4] as const;
const FAIR =
  "A week is the 7 days up to now, and each earlier one the 7 days up to the same time of day then: so today, which is not over, meets days that were not over either.";
const HISTORY = "Prometheus must remember the weeks; where it does not, there is no number.";

/** Images of the week up to the same moment so many weeks ago; nothing where a chosen workspace was not known then. */
function week(weeks: number): string {
  const known = `count(${knownAt(moment(weeks))})`;
  const images = `sum(${workOfTeams(weeksAgo(weeks, ROW.imagesLabeled, "7d"))}) or 0 * ${known}`;
  return weeks === 0 ? `(${images})` : `((${images}) and on () (${known} >= count(${knownAt(moment(0))})))`;
}

const MEAN = `((${BEFORE.map(week).join(" + ")}) / ${String(BEFORE.length)})`;

function thisWeek(): PanelDefinition {
  return stat(
    {
      title: "Images in the last 7 days",
      description:
        "What the people labeled today and on the 6 days before, in all projects. An image on which two people worked counts twice. See the next panels for whether that is much.",
      unit: "none",
      queries: [{ expr: week(0) }],
    },
    { width: 8, noValue: "not known yet" },
  );
}

function difference(title: string, what: string, expr: string, noValue: string): PanelDefinition {
  return stat(
    {
      title,
      description: `${what} ${FAIR} Before you worry about a minus, look for days off, holidays and finished projects. ${HISTORY}`,
      unit: "none",
      queries: signed({ expr, bounds: ANY_BOUNDS }),
    },
    { width: 8, decimals: 0, overrides: SIGNED, noValue },
  );
}

function againstLastWeek(): PanelDefinition {
  return difference(
    "Against the week before",
    "How many images more or fewer than in the week before.",
    `${week(0)} - ${week(1)}`,
    "needs 1 week of history",
  );
}

function againstFourWeeks(): PanelDefinition {
  return difference(
    "Against the mean of the four weeks before",
    "How many images more or fewer than in a mean week of the four before.",
    `${week(0)} - ${MEAN}`,
    "needs 4 weeks of history",
  );
}

const named = (weeks: number) => (weeks === 1 ? "1 week before" : `${String(weeks)} weeks before`);

function weeks(): PanelDefinition {
  const emptyReason = "Prometheus has no history of that week";
  const queries: Query[] = [
    { expr: week(0), legend: "Last 7 days" },
    ...BEFORE.map((one) => ({ expr: week(one), legend: named(one), emptyReason })),
    { expr: MEAN, legend: "Mean of the four", emptyReason },
  ];
  return bars(
    {
      title: "Images by week",
      description: `Images of the last 7 days, of each of the four weeks before, and their mean. ${FAIR} If this week is far from all others, ask what was different. ${HISTORY}`,
      unit: "none",
      queries,
    },
    { width: 24, height: 8, noValue: "not known yet" },
  );
}

/** This week against those before it. */
export const weeksRow: RowDefinition = {
  title: "This week",
  panels: [thisWeek(), againstLastWeek(), againstFourWeeks(), weeks()].map(following),
};
