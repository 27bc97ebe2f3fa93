import { ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition, type RowDefinition } from "../model.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { knownAt } from "../per-day.ts";
import { following, peopleOfTeams } from "../teams.ts";
import { ENOUGH } from "../verdict.ts";
import { BY_PERSON, moment, namedPerson, PERSON_KEYS, weeksAgo } from "./manager-people.ts";

/** As many as the longest of the default windows has: that window says who is new. */
const WEEKS = [1, 2, 3, 4] as const;

const ever = (weeks: number) => weeksAgo(weeks, ROW.imagesLabeled, "all");

/** All that these people ever did lies in the last 28 days. Who comes with a project that was added to the configuration is not new. */
const NEW_PEOPLE = `(${ever(0)} == on (${BY_PERSON}) ${weeksAgo(0, ROW.imagesLabeled, "28d")})`;

/** Their first work lies in the week that began so many weeks ago: before it there was none. */
function began(weeks: number): string {
  const before = `(${ever(weeks)} > 0)`;
  return `((${ever(weeks - 1)} > 0) unless on (${BY_PERSON}) ${before} and on (workspace) ${knownAt(moment(weeks))})`;
}

/** What came to the window `all` in the week that ended so many weeks ago. */
function added(weeks: number, metric: string): string {
  const end = weeksAgo(weeks, metric, "all");
  return `(${end} - (${weeksAgo(weeks + 1, metric, "all")} or 0 * ${end}))`;
}

/** Of new people alone, with their names. */
function ofNew(expr: string): string {
  return namedPerson(peopleOfTeams(`max by (${BY_PERSON}) ((${expr}) and on (${BY_PERSON}) ${NEW_PEOPLE})`));
}

/** Something of a person's n-th week, made of what one of the weeks before now brought. */
function inWeek(week: number, valueOf: (weeks: number) => string): string {
  const ages = WEEKS.filter((age) => age >= week);
  return ofNew(ages.map((age) => `(${valueOf(age - week)} and on (${BY_PERSON}) ${began(age)})`).join(" or "));
}

function share(weeks: number): string {
  const [approved, rejected] = [added(weeks, ROW.approved), added(weeks, ROW.rejected)];
  return `${approved} / ((${approved} + ${rejected}) >= ${String(ENOUGH.labeler)})`;
}

const NONE = "no person is new, or Prometheus does not reach back so far";

const age: ValueColumn = {
  heading: "In week",
  expr: ofNew(WEEKS.map((week) => `${String(week)} + 0 * ${began(week)}`).join(" or ")),
  unit: "none",
  width: 80,
  emptyReason: NONE,
};

function weekColumns(look: Pick<ValueColumn, "unit" | "decimals" | "bounds">, valueOf: (weeks: number) => string) {
  return WEEKS.map((week): ValueColumn => ({
    heading: `Week ${String(week)}`,
    expr: inWeek(week, valueOf),
    ...look,
    width: 76,
    emptyReason: NONE,
  }));
}

const NEW =
  "New is who labeled the first image of all in the last 28 days. Week 1 begins with the first image, as far as Prometheus saw it, and may be a short one; the last week ends now. " +
  "Weeks before Prometheus ran are not known, unless they were loaded with backfill.";

const noValue = "No one began in the last four weeks, as far as Prometheus remembers.";

function imagesByWeek(): PanelDefinition {
  return table(
    {
      title: "New labelers: images per day, by week since the first",
      description: `How many images each new person labels per day, week after week, days off counted as days. A number that stops growing early may mean that help is needed: ask. ${NEW}`,
      unit: "none",
      keys: PERSON_KEYS,
      columns: [
        age,
        ...weekColumns(
          { unit: "none", decimals: 1, bounds: ANY_BOUNDS },
          (weeks) => `${added(weeks, ROW.imagesLabeled)} / 7`,
        ),
      ],
      sortBy: "In week",
      noValue,
    },
    { width: 12, height: 8 },
  );
}

function approvalByWeek(): PanelDefinition {
  return table(
    {
      title: "New labelers: approved share, by week since the first",
      description: `Which part of the reviews in each week approved the new person's images; a week with fewer than ${String(ENOUGH.labeler)} reviews has no share. It should rise; if it does not, go through the rejected images together. ${NEW} The past of reviews comes from backfill with --exact alone.`,
      unit: "none",
      keys: PERSON_KEYS,
      columns: [age, ...weekColumns({ unit: "percentunit", decimals: 0 }, share)],
      sortBy: "In week",
      noValue,
    },
    { width: 12, height: 8 },
  );
}

/** How people who began lately get on. */
export const newcomersRow: RowDefinition = {
  title: "New labelers",
  panels: [following(imagesByWeek()), following(approvalByWeek())],
};
