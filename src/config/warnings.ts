import { keepsUtc } from "../calendar/day-borders.ts";
import type { Config } from "./config.ts";

/**
 * What a valid configuration had better not say, a line each.
 *
 * Roboflow's help page on Annotation Insights: every statistic counts on the UTC date of the action, and a range of dates
 * holds whole UTC days, for the dashboard and for the HTTP API.
 */
export function warningsOf({ workspaces }: Pick<Config, "workspaces">): string[] {
  const zones = new Set(workspaces.map(({ poll }) => poll.timezone));
  return [...zones]
    .filter((zone) => !keepsUtc(zone))
    .map(
      (zone) =>
        `poll.timezone: ${JSON.stringify(zone)} shifts the days: Roboflow counts work on UTC days, so for some hours "today" is yesterday's or tomorrow's work; remove it to use UTC`,
    );
}
