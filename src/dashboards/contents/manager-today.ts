import { dataAge } from "../age.ts";
import type { ValueMapping } from "../grafana-types.ts";
import type { PanelDefinition, RowDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { knownWindow, WORKSPACE_SCOPE, zeroIfKnown } from "../promql.ts";
import { HEALTH } from "../../rules/series.ts";
import { MAIN_SOURCE } from "../../sources/metric-names.ts";
import { inWindow, select } from "../selectors.ts";
import { following, peopleOfTeams } from "../teams.ts";
import { BY_PERSON, imagesIn, namedPerson, PERSON_KEYS, workOfTeams } from "./manager-people.ts";

const GREY = "#8e8e8e";

const ACTIVE = peopleOfTeams(`(${imagesIn("7d")} > 0)`);
const AT_WORK = peopleOfTeams(`(${imagesIn("today")} > 0)`);
/** Of the others nothing is said before the exporter knows today at all. */
const NOT_YET = `(${ACTIVE} and on (workspace) ${knownWindow("today")})`;
const ON_LEAVE = `max by (${BY_PERSON}) (${inWindow(HEALTH.leaveDays, WORKSPACE_SCOPE, "today")}) > 0`;

function peopleToday(): PanelDefinition {
  return stat(
    {
      title: "People working today",
      description:
        "How many people have labeled at least one image since midnight. Early in the day it is small because the day is young; wait until the afternoon before you draw a conclusion.",
      unit: "short",
      queries: [{ expr: `count(${AT_WORK}) or ${zeroIfKnown("today")}` }],
    },
    { width: 6, noValue: "today is not known yet" },
  );
}

function imagesToday(): PanelDefinition {
  return stat(
    {
      title: "Images today",
      description:
        "Images that these people have labeled since midnight, in all projects. An image on which two people worked counts twice. Compare it with the days in the calendar below.",
      unit: "none",
      queries: [{ expr: `sum(${workOfTeams(imagesIn("today"))}) or ${zeroIfKnown("today")}` }],
    },
    { width: 6, noValue: "today is not known yet" },
  );
}

const STATES: readonly ValueMapping[] = [
  {
    type: "value",
    options: {
      "0": { text: "working today", color: "blue", index: 0 },
      "1": { text: "no images today", color: GREY, index: 1 },
      "2": { text: "day off", color: GREY, index: 2 },
    },
  },
];

function columns(): ValueColumn[] {
  const state = `0 * ${AT_WORK} or on (${BY_PERSON}) 2 + 0 * (${NOT_YET} and on (${BY_PERSON}) ${ON_LEAVE}) or on (${BY_PERSON}) 1 + 0 * ${NOT_YET}`;
  const today = `${AT_WORK} or on (${BY_PERSON}) 0 * ${NOT_YET}`;
  const ofPeople = (expr: string) => namedPerson(`max by (${BY_PERSON}) (${expr})`);
  return [
    { heading: "Images today", expr: ofPeople(today), unit: "none" },
    { heading: "Today", expr: ofPeople(state), unit: "none", mappings: STATES },
    { heading: "Last 7 days", expr: ofPeople(ACTIVE), unit: "none" },
  ];
}

function whoWorks(): PanelDefinition {
  return table(
    {
      title: "Who is working today",
      description:
        "Everyone who labeled an image in the last 7 days, and how many today. No images today is not a reproach: people have days off, and tasks other than labeling. " +
        "Day off is shown for leave that is in the exporter's calendar. Click a name to see the person's own page; ask before you judge.",
      unit: "none",
      keys: PERSON_KEYS,
      columns: columns(),
      sortBy: "Images today",
      noValue: "No person of the chosen teams labeled an image in the last 7 days.",
    },
    { height: 11 },
  );
}

const health = (metric: string) => select(metric, { ...WORKSPACE_SCOPE, source: `="${MAIN_SOURCE}"` });

/** Who is there, and whether the numbers are of now. */
export const todayRow: RowDefinition = {
  title: "Today",
  panels: [following(peopleToday()), following(imagesToday()), dataAge(health, 12), following(whoWorks())],
};
