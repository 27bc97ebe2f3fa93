import { approvedShare, reviewed } from "../approval.ts";
import type { PanelDefinition, RowDefinition } from "../model.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { CHOSEN, sumBy, WORKSPACE_SCOPE } from "../promql.ts";
import { decisionsOf, intervalOf } from "../recorded.ts";
import { NO_REVIEWS } from "../shared-panels.ts";
import { following, peopleOfTeams } from "../teams.ts";
import { ENOUGH, verdict, VERDICT_MAPPINGS } from "../verdict.ts";
import { BY_PERSON, imagesIn, namedPerson, PERSON_KEYS } from "./manager-people.ts";

const SCOPE = WORKSPACE_SCOPE;
const THIN = `fewer than ${String(ENOUGH.labeler)} reviews of each person, a window without an interval, or the rules are not loaded`;

const IMAGES = peopleOfTeams(`(${imagesIn(CHOSEN)} > 0)`);
const REVIEWED = sumBy(BY_PERSON, reviewed(SCOPE, CHOSEN));

const ofPeople = (expr: string) => namedPerson(`max by (${BY_PERSON}) ((${expr}) and on (${BY_PERSON}) ${IMAGES})`);

/** Where enough was reviewed to say anything, and the interval is known: a share is never shown without it. */
function sure(expr: string): string {
  const enough = `(${decisionsOf("labeler", SCOPE, CHOSEN)} >= ${String(ENOUGH.labeler)})`;
  const interval = intervalOf("labeler", "lower", SCOPE, CHOSEN);
  return ofPeople(`${expr} and on (${BY_PERSON}) ${enough} and on (${BY_PERSON}) ${interval}`);
}

function columns(): ValueColumn[] {
  const percent = { unit: "percentunit", decimals: 1, emptyReason: THIN } as const;
  return [
    { heading: "Images", expr: ofPeople(IMAGES), unit: "none" },
    { heading: "Reviews", expr: ofPeople(REVIEWED), unit: "none", emptyReason: NO_REVIEWS },
    { heading: "Approved", expr: sure(approvedShare(BY_PERSON, SCOPE, CHOSEN)), ...percent },
    { heading: "Likely from", expr: sure(intervalOf("labeler", "lower", SCOPE, CHOSEN)), ...percent },
    { heading: "Likely to", expr: sure(intervalOf("labeler", "upper", SCOPE, CHOSEN)), ...percent },
    {
      heading: "Against the target",
      expr: ofPeople(verdict("labeler", SCOPE, CHOSEN, REVIEWED)),
      unit: "none",
      mappings: VERDICT_MAPPINGS,
      emptyReason: NO_REVIEWS,
    },
  ];
}

function ranking(): PanelDefinition {
  return table(
    {
      title: "Who labeled how much, and how much of it was approved",
      description:
        "Images of each person in the chosen window, and the part of the reviews that approved, with the number of reviews behind it; click a heading to sort by it. " +
        `With fewer than ${String(ENOUGH.labeler)} reviews, or in a window other than the last 7, 14 or 28 days, no share is shown: too little is known to compare people by it; without any review these columns are missing. ` +
        "Likely from and likely to say where the share would settle with many more reviews; two people whose ranges overlap may be equally good, so compare the ranges and not the shares. " +
        "Some projects are harder than others: look at the person's page before you talk about it. To export, use Inspect, Data in the panel's menu.",
      unit: "none",
      keys: PERSON_KEYS,
      columns: columns(),
      sortBy: "Images",
      noValue: "No person of the chosen teams labeled an image in the window.",
    },
    { height: 13 },
  );
}

/** People compared, by as much as is known of each. */
export const rankingRow: RowDefinition = {
  title: "People compared, in the chosen window",
  panels: [following(ranking())],
};
