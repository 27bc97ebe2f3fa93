import { TOTAL_RATIO } from "../sources/metric-names.ts";
import { type Filter, PERCENT, unlessFiltered, withNumber } from "./alert-parts.ts";
import { named } from "./names.ts";
import type { Evidence, Parameters } from "./parameters.ts";
import { indented, inWindow, type Level, LEVELS, ofPersons, on, once } from "./promql.ts";
import type { AlertRule, RuleFile } from "./rule-file.ts";
import * as series from "./series.ts";
import { SHARE_ALERTS } from "./shares.ts";

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
  const evidence = ofPersons(level, series.evidenceOf(level, kind));
  const matchers = [`alertname="${alert}"`, 'alertstate="firing"', ...(level === "labeler" ? ['project=""'] : [])];
  return `(
  ${evidence} > ${threshold}
  or
  ${evidence} > ${Number((threshold - HYSTERESIS).toFixed(2))}
  and ${on(level)}
  ALERTS{${matchers.join(",")}} offset ${MEMORY}
)`;
}

/** For so long after below the target ended nothing is said of a fall: the longer windows still remember it. */
const RECOVERED = "10d";

/**
 * Below the target speaks for fell, so fell must not outlive it: it would be sent when the approvals are good again. Over
 * all of a person's projects, below the target in any of them.
 */
function unlessRecovered(level: Level, tier: Judged["tier"]): string {
  const firing = `ALERTS{alertname="${tier.target.alert}",alertstate="firing"}`;
  return `unless ${on(level)}
(
  (
    ${firing}
    or
    count_over_time(${firing}[${RECOVERED}:1d])
  )
  unless ${on(level)}
  (
${indented(indented(belowTarget(level, tier)))}
  )
)`;
}

interface Judged {
  readonly level: Level;
  readonly kind: Kind;
  /** Both alerts of the tier: what one says depends on the other. */
  readonly tier: Readonly<Record<Kind, { readonly alert: string; readonly threshold: number }>>;
  readonly filters: readonly Filter[];
}

function belowTarget(level: Level, { target }: Judged["tier"]): string {
  return `${enough(target.alert, level, "target", target.threshold)}\n${ownRateIsGood(level)}`;
}

function fell(level: Level, tier: Judged["tier"]): string {
  return `${enough(tier.fall.alert, level, "fall", tier.fall.threshold)}\n${unlessRecovered(level, tier)}`;
}

function judged({ level, kind, tier, filters }: Judged): string {
  return [
    `round(${once(level, series.shareOf(level, SHOWN))}, 0.001)`,
    `and ${on(level)}\n${kind === "target" ? belowTarget(level, tier) : fell(level, tier)}`,
    ...(filters.length > 0 ? [unlessFiltered(...filters)] : []),
  ].join("\n");
}

/** People with decisions in several projects, whose projects together say more than each alone. */
const SEVERAL = `and ${on("labeler")}\ncount by (${LEVELS.labeler}) (${series.reviewedOf(PAIR, "28d")} > 0) > 1`;

/** A person in one project; or, where no single project shows it, over all of the person's projects. */
function labelerExpr(kind: Kind, tier: Judged["tier"]): string {
  const same = { kind, tier };
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

/** Both alerts of a tier, with what it takes. */
function tierOf(prefix: string, { fell, belowTarget }: Evidence, suffix = ""): Judged["tier"] {
  const nameOf = (kind: Kind) => `Roboflow${prefix}${KINDS[kind].name}${suffix}`;
  return {
    fall: { alert: nameOf("fall"), threshold: fell },
    target: { alert: nameOf("target"), threshold: belowTarget },
  };
}

function labelerAlert(kind: Kind, tier: Tier, { evidence }: Parameters): AlertRule {
  const both = tierOf("Labeler", evidence[tier], tier === "digest" ? "Digest" : "");
  const { words } = KINDS[kind];
  return {
    alert: both[kind].alert,
    expr: labelerExpr(kind, both),
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
  const tier = tierOf(level === "project" ? "Project" : "Workspace", evidence[level]);
  const { words } = KINDS[kind];
  const filters: Filter[] = level === "project" ? ["labeler"] : ["project", "labeler"];
  return {
    alert: tier[kind].alert,
    expr: named(level, judged({ level, kind, tier, filters })),
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
      "The label area lets Alertmanager route and inhibit: quality, output or exporter. The label tier separates a ticket, which " +
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
