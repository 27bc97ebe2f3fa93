import { ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition, type RowDefinition } from "../model.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { knownAt } from "../per-day.ts";
import { following, peopleOfTeams } from "../teams.ts";
import { ENOUGH } from "../verdict.ts";
import { BY_PERSON, moment, namedPerson, PERSON_KEYS, weeksAgo } from "./manager-people.ts";

const WEEKS = [1, 2, 3, 4, 5, 6] as const;
/** Weeks in the longest of the default windows. */
const SEEN_BY_WINDOW = 4;

const ever = (weeks: number) => weeksAgo(weeks, ROW.imagesLabeled, "all");

/**
 * Their first work lies in the week that began so many weeks ago: then there was none, and the window of 28 days held all of it later. So
 * a person whose project was added to the configuration is not new.
 */
function began(weeks: number): string {
  const proof = Math.max(0, weeks - SEEN_BY_WINDOW);
  const isNew = `(${ever(proof)} == on (${BY_PERSON}) ${weeksAgo(proof, ROW.imagesLabeled, "28d")})`;
  const before = `(${ever(weeks)} > 0)`;
  return `((${ever(weeks - 1)} > 0) unless on (${BY_PERSON}) ${before} and on (workspace) ${knownAt(moment(weeks))} and on (${BY_PERSON}) ${isNew})`;
}

/** What came to the window `all` in the week that ended so many weeks ago. */
function added(weeks: number, metric: string): string {
  const end = weeksAgo(weeks, metric, "all");
  return `(${end} - (${weeksAgo(weeks + 1, metric, "all")} or 0 * ${end}))`;
}

/** Something of a person's n-th week, made of what one of the weeks before now brought. */
function inWeek(week: number, valueOf: (weeks: number) => string): string {
  const ages = WEEKS.filter((age) => age >= week);
  const each = ages.map((age) => `(${valueOf(age - week)} and on (${BY_PERSON}) ${began(age)})`);
  return namedPerson(peopleOfTeams(`max by (${BY_PERSON}) (${each.join(" or ")})`));
}

function share(weeks: number): string {
  const [approved, rejected] = [added(weeks, ROW.approved), added(weeks, ROW.rejected)];
  return `${approved} / ((${approved} + ${rejected}) >= ${String(ENOUGH.labeler)})`;
}

const NONE = "no person is new, or Prometheus does not reach back so far";

const age: ValueColumn = {
  heading: "In week",
  expr: namedPerson(
    peopleOfTeams(
      `max by (${BY_PERSON}) (${WEEKS.map((week) => `${String(week)} + 0 * ${began(week)}`).join(" or ")})`,
    ),
  ),
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
  "New is whose first work of all was at most six weeks ago, as Prometheus and the exporter's window of 28 days saw it; nothing is known of the weeks before Prometheus ran, unless they were loaded with backfill. " +
  "Week 1 is the one of the first image, and may be a short one.";

const noValue = "No one began in the last six weeks, as far as Prometheus remembers.";

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
