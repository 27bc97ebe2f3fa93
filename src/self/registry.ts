import { Counter, type OpenMetricsContentType, Registry, collectDefaultMetrics } from "prom-client";

/** The exposition formats, by their names in code. */
export const FORMATS = ["text", "openmetrics"] as const;
export type Format = (typeof FORMATS)[number];

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/** Gauges of prom-client whose names end in `_total`, which only counters may. Their siblings by type stay. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/**
 * Shows a counter under the name that OpenMetrics gives its family, without `_total`. Registered directly, prom-client
 * would rename the counter itself, for good and in the text format too.
 */
class OpenMetricsCounter extends Counter {
  readonly #source: Counter;
  readonly #familyName: string;

  constructor(source: Counter, familyName: string, help: string) {
    super({ name: familyName, help, registers: [] });
    this.#source = source;
    this.#familyName = familyName;
  }

  override async get(): ReturnType<Counter["get"]> {
    return { ...(await this.#source.get()), name: this.#familyName };
  }
}

/** A registry with the usual `process_*` and `nodejs_*` metrics. */
export function createTextRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return registry;
}

/** The same metrics for OpenMetrics; they go on living in the registry given. */
export function createOpenMetricsView(registry: Registry): Registry<OpenMetricsContentType> {
  const view = new Registry<OpenMetricsContentType>();
  // Set once, before anything is registered: the type belongs to the registry, not to a scrape.
  view.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const { name, help } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name);
    if (metric instanceof Counter)
      view.registerMetric(new OpenMetricsCounter(metric, name.replace(/_total$/, ""), help));
    else if (metric) view.registerMetric(metric);
  }
  return view;
}
