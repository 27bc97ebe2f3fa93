import { SHARE_NOTE, approvedShare } from "../approval.ts";
import { FIRST_DAY } from "../documentation.ts";
import { ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition } from "../model.ts";
import { dayGrid, scatter } from "../panels/others.ts";
import { lineAmongBars, timeSeries } from "../panels/series.ts";
import { bars } from "../panels/single.ts";
import { PER_DAY_NOTE, perDay, perDayByLabeler, perDayWeekBefore } from "../per-day.ts";
import { CHOSEN, pairs, people, RANGE_END, sumBy, withLabeler, WORKSPACE_SCOPE, zeroIfKnown } from "../promql.ts";
import { type Choose, peopleOfTeams, TEAM_NOTE } from "../teams.ts";
import { inWindow, type Matchers } from "../selectors.ts";
import { NO_REVIEWS } from "../shared-panels.ts";
import { ENOUGH, verdictCounts, VERDICT_NOTE } from "../verdict.ts";
import { peopleVerdict } from "./labelers-table.ts";

const SCOPE = WORKSPACE_SCOPE;
const BY = "workspace, labeler";
const ROWS = 30;
const KNOWN_LATER = "nothing is known of the beginning of the day";

/** How many people meet their target. */
export function peopleByVerdict(width: number): PanelDefinition {
  const { queries, overrides } = verdictCounts(peopleVerdict(), zeroIfKnown(CHOSEN));
  return bars(
    {
      title: "People against their targets",
      description:
        `${TEAM_NOTE} People with reviews in the chosen window, all their projects together, by their approved share. At least ${String(ENOUGH.labeler)} reviews are needed. ` +
        `${VERDICT_NOTE} Needs the windows 7, 14 or 28 days.`,
      unit: "none",
      queries,
    },
    { width, height: 10, overrides, noValue: "no reviews" },
  );
}

const EVERYONE = "System labelers, where they are among the chosen, included.";

/** Each day with the same weekday of the week before. */
export function sameWeekday(matchers: Matchers, width: number): PanelDefinition {
  return weekdays(EVERYONE, width, (of) => `sum(${of("workspace", ROW.imagesLabeled, matchers)})`);
}

/** {@link sameWeekday} of the people of the chosen teams. */
export function sameWeekdayOfTeams(width: number): PanelDefinition {
  const note = `${TEAM_NOTE} System labelers are left out.`;
  const panel = weekdays(note, width, (of) => `sum(${peopleOfTeams(of(BY, ROW.imagesLabeled, SCOPE))})`);
  return { ...panel, height: 10 };
}

function weekdays(note: string, width: number, sum: (of: typeof perDay) => string): PanelDefinition {
  return timeSeries(
    {
      title: "Images per day, and the same weekday of the week before",
      description: `${note} Today is not over yet, the day a week before is. ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [
        {
          expr: sum(perDay),
          legend: "This day",
          bounds: ANY_BOUNDS,
          emptyReason: KNOWN_LATER,
        },
        {
          expr: sum(perDayWeekBefore),
          legend: "A week before",
          bounds: ANY_BOUNDS,
          emptyReason: "nothing is known of a week before",
        },
      ],
    },
    { width, draw: "bars", minStep: "1d", ...FIRST_DAY, overrides: [lineAmongBars("A week before")] },
  );
}

/** The people with most images in the 28 days up to the end of the time range. */
export function busiest(count: number, matchers: Matchers, choose: Choose = people): string {
  const atEnd = `last_over_time(${inWindow(ROW.imagesLabeled, matchers, "28d")}[1h] @ ${RANGE_END})`;
  return `topk(${String(count)}, ${choose(sumBy(BY, `max by (workspace, project, labeler) (${atEnd})`))})`;
}

/** Labelers × days: who worked when. */
export function daysOfPeople(): PanelDefinition {
  const most = busiest(ROWS, SCOPE, peopleOfTeams);
  return dayGrid(
    {
      title: `Images per day of the ${String(ROWS)} busiest people`,
      description: `${TEAM_NOTE} A square for each person and day, of a blue that is stronger for more images; the ${String(ROWS)} people with most images in the last 28 days. ${PER_DAY_NOTE}`,
      unit: "short",
      queries: [
        {
          expr: `${perDayByLabeler(ROW.imagesLabeled, SCOPE)} and on (${BY}) ${most}`,
          legend: "{{labeler_name}}",
          bounds: ANY_BOUNDS,
          emptyReason: KNOWN_LATER,
        },
      ],
    },
    FIRST_DAY,
  );
}

/** Every person of the chosen teams as a point. */
export function qualityOfTeams(width: number): PanelDefinition {
  return qualityByVolume(undefined, width, peopleOfTeams);
}

/** Every person as a point; the chosen one, if any, in another colour. */
export function qualityByVolume(chosen: Matchers | undefined, width: number, choose: Choose = people): PanelDefinition {
  const of = (matchers: Matchers) => withLabeler(choose(approvedShare(BY, matchers, CHOSEN)));
  return scatter(
    {
      title: "Quality by volume",
      description:
        `${chosen ? "" : `${TEAM_NOTE} `}One point for each person with reviews in the chosen window${chosen ? "; this person is orange" : ""}. ${SHARE_NOTE} ` +
        "Points at the left rest on little work: look at the interval before judging.",
      x: {
        heading: "Images labeled",
        expr: withLabeler(choose(sumBy(BY, pairs(ROW.imagesLabeled, SCOPE, CHOSEN)))),
        unit: "short",
      },
      y: { heading: "Approved share", expr: of(SCOPE), unit: "percentunit", max: 1, softMin: 0.5 },
      ...(chosen && { highlight: { heading: "This person", expr: of(chosen) } }),
      point: { label: "labeler_name", heading: "Labeler" },
      hidden: ["workspace", "labeler"],
      emptyReason: NO_REVIEWS,
      noValue: "No reviews in the window.",
    },
    width,
    10,
  );
}
