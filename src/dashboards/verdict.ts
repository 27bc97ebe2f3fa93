import { DEFAULTS } from "../rules/parameters.ts";
import type { Override, ValueMapping } from "./grafana-types.ts";
import type { Query } from "./model.ts";
import { decisionsOf, intervalOf, labelsOf, type Pooled, targetOf } from "./recorded.ts";
import type { Matchers } from "./selectors.ts";

const { labelerBelowTarget, project, workspace } = DEFAULTS.minimumDecisions;

/** Decisions below which nothing is judged, as for the alerts. */
export const ENOUGH: Readonly<Record<Pooled, number>> = {
  project_labeler: labelerBelowTarget,
  labeler: labelerBelowTarget,
  // As of other groups of people.
  team: project,
  project,
  workspace,
};

/** Grey that is legible on light and on dark. */
const GREY = "#8e8e8e";

/** What the interval of a share says of its target, the worst first. */
const VERDICTS = [
  { value: 0, text: "below target", color: "red" },
  { value: 1, text: "not certain", color: "text" },
  { value: 2, text: "meets target", color: "green" },
  { value: 3, text: "not judged", color: GREY },
] as const;

export const VERDICT_NOTE =
  "Colour is by the 95 % interval and the target, as shown: red where even the upper end is below it, green where even the lower end is not, " +
  "neither while the interval holds the target, grey where nothing is judged: fewer than the minimum of reviews, or a window other than 7, 14 and 28 days. " +
  "The interval is wider than that of independent reviews, since images of one day are alike.";

/** As tables show a share: what is shown alike must not be judged apart. */
const shown = (share: string) => `round(${share}, 0.001)`;

/** 0 to 3: {@link VERDICTS}. Nothing where nothing was reviewed. */
export function verdict(level: Pooled, matchers: Matchers, window: string, reviewed: string): string {
  const by = labelsOf(level);
  const end = (which: "lower" | "upper") => shown(intervalOf(level, which, matchers, window));
  const enough = `and on (${by}) (${decisionsOf(level, matchers, window)} >= ${String(ENOUGH[level])})`;
  const match = level === "project_labeler" ? "on (workspace, project) group_left ()" : `on (${by})`;
  const target = shown(targetOf(level, matchers, window));
  const recorded = [
    `0 * (${end("upper")} < ${match} ${target} ${enough})`,
    `2 + 0 * (${end("lower")} >= ${match} ${target} ${enough})`,
    `1 + 0 * (${end("lower")} ${enough})`,
  ];
  return `(max by (${by}) (${recorded.join(` or on (${by}) `)}) or on (${by}) 3 + 0 * (${reviewed} > 0))`;
}

/** Words and colours for a column of verdicts. */
export const VERDICT_MAPPINGS: readonly ValueMapping[] = [
  {
    type: "value",
    options: Object.fromEntries(
      VERDICTS.map(({ value, text, color }) => [String(value), { text, color, index: value }]),
    ),
  },
];

/** One query for each verdict, of which one answers: so the value gets the verdict's colour. */
export function judged(query: Query, by: string, verdictExpr: string): Query[] {
  return VERDICTS.map(({ value }) => ({
    ...query,
    expr: `${query.expr} and on (${by}) (${verdictExpr} == ${String(value)})`,
    emptyReason: query.emptyReason ?? "another verdict holds",
  }));
}

/** The colours of {@link judged}, whose queries are the first of the panel. */
export const JUDGED_COLOURS: readonly Override[] = VERDICTS.map(({ value, color }) => ({
  matcher: { id: "byFrameRefID", options: "ABCD".charAt(value) },
  properties: [{ id: "color", value: { mode: "fixed", fixedColor: color } }],
}));

/** How many units have each verdict. */
export function verdictCounts(verdictExpr: string, zero: string): { queries: Query[]; overrides: Override[] } {
  const queries = VERDICTS.map(({ value, text }) => ({
    expr: `count(${verdictExpr} == ${String(value)}) or ${zero}`,
    legend: text.charAt(0).toUpperCase() + text.slice(1),
  }));
  return { queries, overrides: [...JUDGED_COLOURS] };
}
