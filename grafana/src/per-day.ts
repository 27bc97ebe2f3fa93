import { INFO, WORKSPACE } from "./metric-names.ts";
import { inWindow, select, WORKSPACE_SCOPE, type Matchers } from "./promql.ts";

/** The end of the time range, which a range query in steps of a day does not reach: its last step is midnight. */
const RANGE_END = "${__to:date:seconds}";

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
 * What was added to the window `all` on each day, summed by the given labels; evaluate it once a day at midnight.
 * A difference and not `increase`: totals may fall, and a fall would be taken for a counter's reset. A pair that is new
 * counts from 0, but only when its workspace was known before, lest the first day show all of history.
 */
export function perDay(labels: string, metric: string, matchers: Matchers): string {
  const all = inWindow(metric, matchers, "all");
  const end = atDayEnd(all);
  const begin = total(`last_over_time(${all}${DAY_BEGIN})`);
  const ofWorkspace = inWindow(WORKSPACE.imagesLabeled, WORKSPACE_SCOPE, "all");
  const known = `max by (workspace) (last_over_time(${ofWorkspace}${DAY_BEGIN}))`;
  return `sum by (${labels}) (${end} - (${begin} or 0 * ${end} and on (workspace) ${known}))`;
}

/** The names as they are at the end of the time range: one for each id, so that a rename does not split its bars. */
function namesAtEnd(metric: string, id: string): string {
  const latest = `last_over_time(${select(metric, WORKSPACE_SCOPE)}[1d] @ ${RANGE_END})`;
  return `topk by (workspace, ${id}) (1, max by (workspace, ${id}, ${id}_name) (${latest}))`;
}

/** {@link perDay} by project, with the label `project_name`. */
export function perDayByProject(metric: string, matchers: Matchers): string {
  const names = namesAtEnd(INFO.project, "project");
  return `${perDay("workspace, project", metric, matchers)} * on (workspace, project) group_left (project_name) ${names}`;
}

/** {@link perDay} by labeler, with the label `labeler_name`. */
export function perDayByLabeler(metric: string, matchers: Matchers): string {
  const names = namesAtEnd(INFO.labeler, "labeler");
  return `${perDay("workspace, labeler", metric, matchers)} * on (workspace, labeler) group_left (labeler_name) ${names}`;
}
