import { CATALOGUE, DROP_ORDER } from "./catalogue.ts";
import type { MetricDefinition } from "../metrics/definition.ts";
import { HEALTH_METRICS } from "./health-metrics.ts";
import { INFO_METRICS } from "../metrics/info-metrics.ts";
import { LEGACY_METRICS } from "../sources/legacy/metrics.ts";
import { ROW_METRICS } from "../sources/insights/row-metrics.ts";
import { SELF_METRICS } from "../self/metrics.ts";
import { TOTAL_METRICS } from "../sources/insights/total-metrics.ts";

interface Section {
  readonly title: string;
  readonly text: string;
  readonly metrics: readonly MetricDefinition[];
}

const metricsOf = (pairs: readonly (readonly [string, MetricDefinition])[]) => pairs.map(([, metric]) => metric);

const SECTIONS: readonly Section[] = [
  {
    title: "Per project and labeler",
    text: "One labeler's work in one project in one window. A labeler who did nothing there in the window has no series.",
    metrics: metricsOf(ROW_METRICS),
  },
  {
    title: "Per workspace",
    text: "What the API pools itself. Unique images are another quantity than the sum of the rows, hence another name. Absent when the workspace is filtered by project or labeler.",
    metrics: metricsOf(TOTAL_METRICS.workspace),
  },
  {
    title: "Per project and per labeler, pooled by the API",
    text: "Only with `totals` in the configuration: they cost one request per window and project or labeler.",
    metrics: [...metricsOf(TOTAL_METRICS.project), ...metricsOf(TOTAL_METRICS.labeler)],
  },
  {
    title: "Names and targets",
    text: "Join names with `* on (workspace, labeler) group_left (labeler_name) roboflow_labeler_info`.",
    metrics: Object.values(INFO_METRICS),
  },
  {
    title: "Legacy endpoint",
    text: "Only for workspaces with `legacy: true`, polled every `poll.legacy_interval`. Withdrawn when the endpoint is gone (`roboflow_legacy_available` is 0). Projects and labelers that only it names have their names in the same `roboflow_project_info` and `roboflow_labeler_info`. Its numbers are reckoned otherwise than those above: do not mix them in one calculation.",
    metrics: LEGACY_METRICS,
  },
  {
    title: "Health",
    text: "Rendered together with the data they speak of, so a scrape never mixes two polls.",
    metrics: Object.values(HEALTH_METRICS),
  },
  {
    title: "The exporter itself",
    text: "Rendered at the scrape. `process_*` and `nodejs_*` of prom-client come on top.",
    metrics: Object.values(SELF_METRICS),
  },
];

function row({ name, type, labels, unit, help, source, sums, caveat }: MetricDefinition): string {
  const cells = [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(", "),
    unit,
    help,
    source,
    sums,
    caveat,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function section({ title, text, metrics }: Section): string {
  const head = ["Metric", "Type", "Labels", "Unit", "What it says", "From", "May be summed over", "Caveat"];
  const table = [`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`, ...metrics.map(row)];
  return [`## ${title}`, "", text, "", ...table, ""].join("\n");
}

/** docs/metrics.md, out of the catalogue. */
export function renderMetricsDocs(): string {
  return [
    "# Metrics",
    "",
    "Generated from the catalogue in `src/metrics/`; `npm run docs` writes it anew.",
    "",
    `${CATALOGUE.length} metrics. Everything the API says is a state of a window of days that can fall (undo, deletion, another review), so all of it is gauges with a \`window\` label. Select exactly one window in every query: windows overlap, and adding them up means nothing. A field the API did not give has no sample, never 0.`,
    "",
    'The values of `window` are the configured windows, by default `today`, `7d`, `28d` and `all`: calendar days in `poll.timezone`, today included. A window that is over, like yesterday\'s `today` after midnight, is withdrawn until the next poll. `28d` minus `7d` is each labeler\'s own baseline, the 21 days before; whoever did nothing in the 7 days has no series there, so write `(roboflow_images_labeled{window="28d"} - ignoring (window) roboflow_images_labeled{window="7d"}) or ignoring (window) roboflow_images_labeled{window="28d"}`.',
    "",
    ...SECTIONS.map(section),
    "## Series limit",
    "",
    "When a workspace has more series than `limits.series`, whole families are left out, never single rows: in this order, until the rest fits. `roboflow_exporter_series_dropped` says how many, the log says which.",
    "",
    ...DROP_ORDER.map((name, index) => `${index + 1}. \`${name}\``),
    "",
  ].join("\n");
}
