import type { DroppableDefinition, MetricDefinition } from "../metrics/definition.ts";
import { code, markdownTable } from "../markdown.ts";
import { SELF_METRICS } from "../self/metrics.ts";
import { SOURCES } from "../sources/sources.ts";
import { HEALTH_METRICS } from "./health.ts";
import type { Section } from "../sources/source.ts";

/** The metrics made of API data: those that `metrics.exclude` and the series limit act on. */
export const DATA_METRICS: readonly DroppableDefinition[] = SOURCES.flatMap(({ sections }) =>
  sections.flatMap(({ metrics }) => metrics),
);

/** Every metric of our own that the exporter can publish; `process_*` and `nodejs_*` come in addition. */
export const CATALOGUE: readonly MetricDefinition[] = [
  ...DATA_METRICS,
  ...Object.values(HEALTH_METRICS),
  ...Object.values(SELF_METRICS),
];

/** Names of {@link DATA_METRICS} in the order in which the series limit drops them. */
export const DROP_ORDER: readonly string[] = DATA_METRICS.toSorted((a, b) => b.dropOrder - a.dropOrder).map(
  ({ name }) => name,
);

interface DocumentedSection extends Omit<Section, "metrics"> {
  readonly metrics: readonly MetricDefinition[];
}

const SECTIONS: readonly DocumentedSection[] = [
  ...SOURCES.flatMap(({ sections }) => sections),
  {
    title: "Health",
    text: "Rendered together with the data they describe, so a scrape never mixes two polls.",
    metrics: Object.values(HEALTH_METRICS),
  },
  {
    title: "The exporter itself",
    text: "Rendered at the scrape. `process_*` and `nodejs_*` of prom-client are exported too.",
    metrics: Object.values(SELF_METRICS),
  },
];

const COLUMNS = {
  Metric: ({ name }: MetricDefinition) => code(name),
  Type: ({ type }: MetricDefinition) => type,
  Labels: ({ labels }: MetricDefinition) => labels.map(code).join(", "),
  Unit: ({ unit }: MetricDefinition) => unit,
  Meaning: ({ help }: MetricDefinition) => help,
  From: ({ source }: MetricDefinition) => source,
  "May be summed over": ({ sums }: MetricDefinition) => sums,
  Caveat: ({ caveat }: MetricDefinition) => caveat,
};

function section({ title, text, metrics }: DocumentedSection): string {
  return [`## ${title}`, "", text, "", markdownTable(COLUMNS, metrics), ""].join("\n");
}

/** The text of docs/metrics.md. */
export function renderMetricsDocs(): string {
  return [
    "# Metrics",
    "",
    "Generated from the sections of `src/sources/` and the tables of `src/exposition/` and `src/self/`; `npm run docs` updates it.",
    "",
    `${CATALOGUE.length} metrics. The API reports totals per window of days, which can decrease (undo, deletion, another review); hence all its data is gauges, those of totals with a \`window\` label. Select exactly one window in every query: windows overlap, so their sum has no meaning. Without that label a gauge is a name, a setting or a state of now. A field missing from a response has no sample; it is never exported as 0.`,
    "",
    'The values of `window` are the configured windows, by default `today`, `7d`, `14d`, `28d` and `all`: calendar days in `poll.timezone`, today included. A window that is over, like yesterday\'s `today` after midnight, is withdrawn until the next poll. `28d` minus `7d` is each labeler\'s own baseline, the 21 days before; a labeler without work in the 7 days has no series there, so write `(roboflow_images_labeled{window="28d"} - ignoring (window) roboflow_images_labeled{window="7d"}) or ignoring (window) roboflow_images_labeled{window="28d"}`.',
    "",
    ...SECTIONS.map(section),
    "## Series limit",
    "",
    "When a workspace has more series than `limits.series`, whole families are left out, never single rows: in this order, until the rest fits. `roboflow_exporter_series_dropped` counts the dropped series, and the log lists the families.",
    "",
    ...DROP_ORDER.map((name, index) => `${index + 1}. \`${name}\``),
    "",
  ].join("\n");
}
