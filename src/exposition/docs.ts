import { CATALOGUE, DROP_ORDER } from "./catalogue.ts";
import type { MetricDefinition } from "../metrics/definition.ts";
import type { Section } from "../sources/source.ts";
import { SOURCES } from "../sources/sources.ts";
import { HEALTH_METRICS } from "./health-metrics.ts";
import { SELF_METRICS } from "../self/metrics.ts";

interface DocumentedSection extends Omit<Section, "metrics"> {
  readonly metrics: readonly MetricDefinition[];
}

const SECTIONS: readonly DocumentedSection[] = [
  ...SOURCES.flatMap(({ sections }) => sections),
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

function section({ title, text, metrics }: DocumentedSection): string {
  const head = ["Metric", "Type", "Labels", "Unit", "What it says", "From", "May be summed over", "Caveat"];
  const table = [`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`, ...metrics.map(row)];
  return [`## ${title}`, "", text, "", ...table, ""].join("\n");
}

/** docs/metrics.md, out of the catalogue. */
export function renderMetricsDocs(): string {
  return [
    "# Metrics",
    "",
    "Generated from the sections of `src/sources/` and the tables of `src/exposition/` and `src/self/`; `npm run docs` writes it again.",
    "",
    `${CATALOGUE.length} metrics. Everything the API says is a state of a window of days that can fall (undo, deletion, another review), so all of it is gauges with a \`window\` label. Select exactly one window in every query: windows overlap, and adding them up means nothing. A field the API did not give has no sample, never 0.`,
    "",
    'The values of `window` are the configured windows, by default `today`, `7d`, `14d`, `28d` and `all`: calendar days in `poll.timezone`, today included. A window that is over, like yesterday\'s `today` after midnight, is withdrawn until the next poll. `28d` minus `7d` is each labeler\'s own baseline, the 21 days before; a labeler who did nothing in the 7 days has no series there, so write `(roboflow_images_labeled{window="28d"} - ignoring (window) roboflow_images_labeled{window="7d"}) or ignoring (window) roboflow_images_labeled{window="28d"}`.',
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
