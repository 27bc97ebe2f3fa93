import { ROW } from "../sources/metric-names.ts";
import { unlessFiltered } from "./gates.ts";
import { PERCENT, withNumber } from "./messages.ts";
import type { AlertRule } from "./model.ts";
import { named } from "./names.ts";
import { on } from "./promql.ts";
import { shareOf } from "./shares.ts";

const MIN_IMAGES = 100;
const LABELED = `project:${ROW.imagesLabeled}`;

interface Jump {
  readonly alert: string;
  readonly count: string;
  /** How the difference and the score are taken: a rise, or either way. */
  readonly either: boolean;
  readonly points: number;
  readonly what: string;
  readonly sentence: string;
  readonly comment?: string;
}

function jumped({ alert, count, either, points, what, sentence, comment }: Jump): AlertRule {
  const share = shareOf(count);
  const abs = (expr: string) => (either ? `abs(${expr})` : `(${expr})`);
  const expr = `round(${share}:ratio{window="7d"}, 0.001)
and ${on("project")}
${abs(`\n  ${share}:ratio{window="7d"}\n  - ${on("project")}\n  ${share}:ratio_baseline21d\n`)} >= ${points}
and ${on("project")}
${abs(`${share}:zscore_7d_baseline21d`)} > 3
and ${on("project")}
${LABELED}:sum{window="7d"} >= ${MIN_IMAGES}
and ${on("project")}
${LABELED}:baseline21d >= ${MIN_IMAGES}
${unlessFiltered("labeler")}`;
  return {
    alert,
    expr: named("project", expr),
    for: "2h",
    keepFiringFor: "1d",
    labels: { severity: "info", area: "quality", tier: "digest" },
    summary: `Project {{ $labels.project_name }}: ${PERCENT} ${what}`,
    description: `${sentence}${withNumber("; in the 21 days before it was NUMBER", `${share}:ratio_baseline21d`, ["workspace", "project"])}.`,
    ...(comment === undefined ? {} : { comment }),
  };
}

/** Alerts about shares of a project's labeled images. */
export const SHARE_ALERTS: readonly AlertRule[] = [
  jumped({
    alert: "RoboflowProjectNullShareJumped",
    count: ROW.markedNull,
    either: false,
    points: 0.1,
    what: "of the images are marked null, more than usual",
    sentence: `${PERCENT} of the images labeled in the last 7 days are marked null`,
  }),
  jumped({
    comment: "Both ways: a rise means that more is accepted from a model, a fall that the model may be broken or gone.",
    alert: "RoboflowProjectModelAssistShareJumped",
    count: ROW.modelAssisted,
    either: true,
    points: 0.2,
    what: "of the images are model-assisted, another share than usual",
    sentence: `Model assist was used on ${PERCENT} of the images labeled in the last 7 days`,
  }),
];
