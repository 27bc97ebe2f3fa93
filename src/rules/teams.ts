import { INFO } from "../sources/metric-names.ts";
import { endOfInterval } from "./approval.ts";
import { NAMES } from "./names.ts";
import { JUDGED_WINDOWS, type JudgedWindow, type Parameters } from "./parameters.ts";
import { LEVELS } from "./promql.ts";
import type { RecordingRule, RuleFile } from "./rule-file.ts";
import * as series from "./series.ts";

const WINDOWS: readonly JudgedWindow[] = ["7d", "14d", "28d"];
const SYSTEM = `${INFO.labeler}{kind="system"}`;

/** Labels that identify one team. */
export const BY_TEAM = "workspace, team";

/** The team of each person who has one. */
export const MEMBERS = `(${NAMES.labeler}{team!=""} unless on (${LEVELS.labeler}) ${SYSTEM})`;

/** The series of teams that is made from one of labelers. */
export function ofTeam(ofLabelers: string): string {
  return ofLabelers.replace(/^labeler:/, "team:");
}

/** Something of labelers, summed by team. */
function summed(expr: string): string {
  return `sum by (${BY_TEAM}) (
  ${expr}
  * on (${LEVELS.labeler}) group_left (team)
  ${MEMBERS}
)`;
}

function rule(ofLabelers: string, window: string, expr: string): RecordingRule {
  return { record: series.bare(ofTeam(ofLabelers)), expr, labels: { window } };
}

/** Decisions of a person; the target of a person's projects, weighed by them. */
const reviewed = (window: string) => series.reviewedOf("labeler", window);
const target = (window: string) => series.targetOf("labeler", window);

function counts(window: JudgedWindow): RecordingRule[] {
  return [series.approvedOf, series.reviewedOf].map((of) => {
    const name = of("labeler", window);
    return rule(name, window, summed(name));
  });
}

/** Of decisions, so never an average of ratios: a team's target is the share that it would have if all met theirs. */
function ratios(window: JudgedWindow): RecordingRule[] {
  const all = `(${ofTeam(reviewed(window))} > 0)`;
  const share = series.shareOf("labeler", window);
  return [
    rule(share, window, `${ofTeam(series.approvedOf("labeler", window))}\n/\n${all}`),
    rule(target(window), window, `${summed(`${reviewed(window)} * ${target(window)}`)}\n/ on (${BY_TEAM})\n${all}`),
  ];
}

/** Variance of a team's share: of each person's own days, plus what all people of a day share. */
function spread(window: JudgedWindow, shared: number): RecordingRule {
  const own = series.spreadOf("labeler", window);
  const expr = `${summed(`${reviewed(window)} ^ 2 * ${own}`)}\n/ on (${BY_TEAM})\n(${ofTeam(reviewed(window))} > 0) ^ 2\n+ ${shared / JUDGED_WINDOWS[window]}`;
  return rule(own, window, expr);
}

function intervals(window: JudgedWindow): RecordingRule[] {
  const [share, v] = [ofTeam(series.shareOf("labeler", window)), ofTeam(series.spreadOf("labeler", window))];
  return (["lower", "upper"] as const).map((end) =>
    rule(series.intervalOf("labeler", end, window), window, endOfInterval(end, share, v)),
  );
}

/** Decisions pooled by team, with the interval of the share and the target that it is held against. */
export function teams({ rho: { shared } }: Parameters): RuleFile {
  return {
    file: "recording-teams.yml",
    comment:
      "Review decisions pooled by team, for a comparison of teams. There are teams only where the exporter's configuration has " +
      "people.teams; people without a team and system labelers are in none. Without teams nothing is recorded.",
    groups: [
      { name: "roboflow-teams-counts", rules: WINDOWS.flatMap(counts) },
      {
        name: "roboflow-teams-ratios",
        rules: WINDOWS.flatMap((window) => [...ratios(window), spread(window, shared)]),
      },
      { name: "roboflow-teams-intervals", rules: WINDOWS.flatMap(intervals) },
    ],
  };
}
