import { INFO, WORKSPACE } from "../sources/metric-names.ts";
import { namesAtEnd, RANGE_END, WORKSPACE_SCOPE } from "./promql.ts";
import { inWindow, select, type Matchers } from "./selectors.ts";

/** The evaluation time is the beginning of a day; the value there and a day later, forgiving an hour without scrapes. */
const DAY_BEGIN = "[1h]";
const DAY_END = "[1h] offset -1d";

/** Said in the description of every panel that uses {@link perDay}. */
export const PER_DAY_NOTE =
  "Each bar is the total since 2023-08-01 as it was known at the end of the day (for today: as it is known now), minus the same of its beginning. " +
  "Days are those of the dashboard's time zone. Work done after a day's last poll counts on the next day, " +
  "deletions and undone work may make a bar negative, and a day at whose beginning or end nothing was known has no bar.";

function total(expr: string): string {
  return `max by (workspace, project, labeler) (${expr})`;
}

function atDayEnd(all: string): string {
  const isLastDay = `vector(time()) > ${RANGE_END} - 86400`;
  return `(${total(`last_over_time(${all}${DAY_END})`)} or ${total(`${all} @ ${RANGE_END}`)} and on () ${isLastDay})`;
}

/**
 * Workspaces of which anything was known then; under a filter there are no totals of the API.
 * @param begin a range and what moves it, for example `[1h] offset 7d`
 */
export function knownAt(begin: string): string {
  const at = (selector: string) => `max by (workspace) (last_over_time(${selector}${begin}))`;
  return `(${at(inWindow(WORKSPACE.imagesLabeled, WORKSPACE_SCOPE, "all"))} or ${at(select(INFO.workspace, WORKSPACE_SCOPE))})`;
}

/**
 * What was added to the window `all` on each day, summed by the given labels; evaluate it once a day at midnight.
 * A difference and not `increase`: totals may fall, and a fall would be taken for a counter's reset. A pair that is new
 * counts from 0, but only when its workspace was known before, lest the first day show all of history.
 */
export function perDay(labels: string, metric: string, matchers: Matchers): string {
  const all = inWindow(metric, matchers, "all");
  const end = atDayEnd(all);
  const begin = total(`last_over_time(${all}${DAY_BEGIN})`);
  const known = knownAt(DAY_BEGIN);
  return `sum by (${labels}) (${end} - (${begin} or 0 * ${end} and on (workspace) ${known}))`;
}

/** {@link perDay} of the same weekday a week before. */
export function perDayWeekBefore(labels: string, metric: string, matchers: Matchers): string {
  const all = inWindow(metric, matchers, "all");
  const end = total(`last_over_time(${all}[1h] offset 6d)`);
  const begin = total(`last_over_time(${all}[1h] offset 7d)`);
  return `sum by (${labels}) (${end} - (${begin} or 0 * ${end} and on (workspace) ${knownAt("[1h] offset 7d")}))`;
}

/** {@link perDay} by project, with the label `project_name`. */
export function perDayByProject(metric: string, matchers: Matchers): string {
  const names = namesAtEnd("project");
  return `${perDay("workspace, project", metric, matchers)} * on (workspace, project) group_left (project_name) ${names}`;
}

/** {@link perDay} by labeler, with the label `labeler_name`. */
export function perDayByLabeler(metric: string, matchers: Matchers): string {
  const names = namesAtEnd("labeler");
  return `${perDay("workspace, labeler", metric, matchers)} * on (workspace, labeler) group_left (labeler_name) ${names}`;
}
