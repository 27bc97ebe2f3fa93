import { TOTAL_RATIO } from "./metric-names.ts";
import { SHARE_ALERTS } from "./alerts-shares.ts";
import { type Filter, unlessFiltered } from "./gates.ts";
import { PERCENT, withNumber } from "./messages.ts";
import type { AlertRule, RuleFile } from "./model.ts";
import { named } from "./names.ts";
import type { Parameters } from "./parameters.ts";
import { inWindow, type Level, LEVELS, on, once } from "./promql.ts";
import * as series from "./series.ts";

const PAIR = "project_labeler";
/** The window whose share leads a message. */
const SHOWN = "14d";
type Kind = "fall" | "target";
type Tier = "ticket" | "digest";

/** Whom a labeler's numbers are about. Source: Roboflow's page on Annotation Insights. */
const WHOSE =
  "Review counts belong to the labeler assigned to the job at the time of the review, on the day of the review: someone " +
  "else may have drawn the annotations.";

/** Roboflow's own rate reaches the target: many rejections of few images lower the share but not the rate. */
function ownRateIsGood(level: Level): string {
  const rate = TOTAL_RATIO[level];
  const many = level === PAIR ? `${on("project")} group_left ()` : on(level);
  return `unless ${on(level)}
(
  ${once(level, inWindow(rate, SHOWN))}
  >= ${many}
  ${series.targetOf(level, SHOWN)}
)`;
}

/** An alert that fires goes on at this much less evidence than it took to begin, so that it does not come and go. */
const HYSTERESIS = 1;
/** Long enough for an evaluation to be seen, short enough that a gap in the data does not end the memory. */
const MEMORY = "12h";

function enough(alert: string, level: Level, kind: Kind, threshold: number): string {
  const evidence = series.evidenceOf(level, kind);
  const matchers = [`alertname="${alert}"`, 'alertstate="firing"', ...(level === "labeler" ? ['project=""'] : [])];
  return `(
  ${evidence} > ${threshold}
  or
  ${evidence} > ${Number((threshold - HYSTERESIS).toFixed(2))}
  and ${on(level)}
  ALERTS{${matchers.join(",")}} offset ${MEMORY}
)`;
}

interface Judged {
  readonly alert: string;
  readonly level: Level;
  readonly kind: Kind;
  readonly threshold: number;
  readonly filters: readonly Filter[];
}

function judged({ alert, level, kind, threshold, filters }: Judged): string {
  return [
    `round(${once(level, series.shareOf(level, SHOWN))}, 0.001)`,
    `and ${on(level)}\n${enough(alert, level, kind, threshold)}`,
    ...(kind === "target" ? [ownRateIsGood(level)] : []),
    ...(filters.length > 0 ? [unlessFiltered(...filters)] : []),
  ].join("\n");
}

/** People with decisions in several projects, whose projects together say more than each alone. */
const SEVERAL = `and ${on("labeler")}\ncount by (${LEVELS.labeler}) (${series.reviewedOf(PAIR, "28d")} > 0) > 1`;

/** A person in one project; or, where no single project shows it, over all of the person's projects. */
function labelerExpr(alert: string, kind: Kind, threshold: number): string {
  const same = { alert, kind, threshold };
  const pooled = `${judged({ ...same, level: "labeler", filters: ["project"] })}\n${SEVERAL}`;
  return `${named(PAIR, judged({ ...same, level: PAIR, filters: [] }))}
or ${on("labeler")}
label_replace(
${named("labeler", pooled).replaceAll(/^(?=.)/gm, "  ")},
  "project_name", "all projects", "project", ""
)`;
}

const LABELS = {
  project_labeler: ["workspace", "project", "labeler"],
  labeler: ["workspace", "labeler"],
  project: ["workspace", "project"],
  workspace: ["workspace"],
} as const satisfies Record<Level, readonly string[]>;

/** The lines of a message about one level; the first has the percentage that leads. */
function lines(level: Level, kind: Kind): string[] {
  const labels = LABELS[level];
  const count = withNumber("NUMBER ", series.reviewedOf(level, SHOWN), labels, "count");
  const other =
    kind === "fall"
      ? withNumber("; their past lets expect NUMBER", series.expectedOf(level, SHOWN), labels)
      : withNumber("; the target is NUMBER", series.targetOf(level, SHOWN), LABELS[level === PAIR ? "project" : level]);
  const own = withNumber(
    "Roboflow's own approval rate is NUMBER: the share of reviewed images that were never rejected.",
    inWindow(TOTAL_RATIO[level], SHOWN),
    labels,
  );
  return [`${PERCENT} of ${count}review decisions of the last 14 days were approvals${other}.`, own];
}

function labelerDescription(kind: Kind): string {
  const [pair, pooled] = [lines(PAIR, kind), lines("labeler", kind)];
  return [
    `{{ if $labels.project }}${pair.join("\n")}{{ else }}${pooled.join("\n")}{{ end }}`,
    WHOSE,
    "Look at the rejected images before you draw a conclusion about a person.",
  ].join("\n");
}

const KINDS = {
  fall: { name: "ApprovalFell", words: "fewer than before" },
  target: { name: "ApprovalBelowTarget", words: "below the target" },
} as const;

function labelerAlert(kind: Kind, tier: Tier, { evidence }: Parameters): AlertRule {
  const threshold = evidence[tier][kind === "fall" ? "fell" : "belowTarget"];
  const { name, words } = KINDS[kind];
  const alert = `RoboflowLabeler${name}${tier === "digest" ? "Digest" : ""}`;
  return {
    alert,
    expr: labelerExpr(alert, kind, threshold),
    for: "1h",
    keepFiringFor: "3d",
    labels: { severity: tier === "ticket" ? "warning" : "info", area: "quality", tier },
    summary: `{{ $labels.labeler_name }}, {{ $labels.project_name }}: ${PERCENT} approved in review, ${words}`,
    description: labelerDescription(kind),
  };
}

const WHERE = {
  project: "Project {{ $labels.project_name }}",
  workspace: "Workspace {{ $labels.workspace }}",
} as const;

function pooledAlert(level: "project" | "workspace", kind: Kind, { evidence }: Parameters): AlertRule {
  const threshold = evidence[level][kind === "fall" ? "fell" : "belowTarget"];
  const { name, words } = KINDS[kind];
  const filters: Filter[] = level === "project" ? ["labeler"] : ["project", "labeler"];
  const alert = `Roboflow${level === "project" ? "Project" : "Workspace"}${name}`;
  return {
    alert,
    expr: named(level, judged({ alert, level, kind, threshold, filters })),
    for: "1h",
    keepFiringFor: "1d",
    labels: { severity: "warning", area: "quality", tier: "ticket" },
    summary: `${WHERE[level]}: ${PERCENT} approved in review, ${words}`,
    description: [
      ...lines(level, kind),
      "When one person explains it, the message about the person follows; when many do, look at guidelines, data and reviewers first.",
    ].join("\n"),
  };
}

/** Alerts about the quality of the work. */
export function qualityAlerts(parameters: Parameters): RuleFile {
  const kinds: readonly Kind[] = ["target", "fall"];
  return {
    file: "alerts-quality.yml",
    comment:
      "Alerts about the quality of the work. They read the recording rules and need the windows 7d, 14d, 28d and all.\n\n" +
      "The label area lets Alertmanager route and inhibit: quality, output or exporter. The label tier tells a ticket, which " +
      "is rare and believed, from the daily digest, a list of what may be. Names are joined from one_name series, which fall " +
      "back to ids.",
    groups: [
      {
        name: "roboflow-alerts-quality",
        rules: [
          ...kinds.map((kind) => labelerAlert(kind, "ticket", parameters)),
          ...kinds.map((kind) => labelerAlert(kind, "digest", parameters)),
          ...kinds.map((kind) => pooledAlert("project", kind, parameters)),
          ...kinds.map((kind) => pooledAlert("workspace", kind, parameters)),
          ...SHARE_ALERTS,
        ],
      },
    ],
  };
}
