import { Counter, Histogram, type OpenMetricsContentType, Registry, collectDefaultMetrics } from "prom-client";
import { REJECTION_REASONS } from "../answers/anomalies.ts";
import { FAILURE_REASONS } from "../failures.ts";
import type { MetricDefinition } from "../metrics/definition.ts";
import { SELF_METRICS } from "./metrics.ts";

/** The exposition formats, by their names in code. */
export const FORMATS = ["text", "openmetrics"] as const;
export type Format = (typeof FORMATS)[number];

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/** Gauges of prom-client with names in `_total`, which only counters may have. The same numbers by type are kept. */
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

/** The name that OpenMetrics gives a family: that of a counter has no `_total`, its lines have. */
export function familyName({ name }: Pick<MetricDefinition, "name">): string {
  return name.replace(/_total$/, "");
}

/** The metrics of a registry in the OpenMetrics format; they stay in that registry. */
export function createOpenMetricsView(registry: Registry): Registry<OpenMetricsContentType> {
  const view = new Registry<OpenMetricsContentType>();
  // Set once, before anything is registered: the type belongs to the registry and not to a scrape.
  view.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const { name, help } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name);
    if (metric instanceof Counter) view.registerMetric(new OpenMetricsCounter(metric, familyName({ name }), help));
    else if (metric) view.registerMetric(metric);
  }
  return view;
}

/** The statuses that the API documents, 410 for a removed endpoint, all others, and no response at all. */
const CODES = "200 400 401 402 403 404 409 410 422 423 429 500 502 503 504 other none".split(" ");

const POLL_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const REQUEST_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The label `code` of a status; undefined stands for no response. */
export function codeOf(status: number | undefined): string {
  if (status === undefined) return "none";
  return CODES.includes(String(status)) ? String(status) : "other";
}

type Definition = Pick<MetricDefinition, "name" | "help" | "labels">;

function addHistogram(registry: Registry, { name, help, labels }: Definition, buckets: number[]): Histogram {
  return new Histogram({ name, help, labelNames: [...labels], buckets, registers: [registry] });
}

/** Creates the histogram of requests, which all workspaces share, without any series. */
export function addRequestDuration(registry: Registry): Histogram {
  return addHistogram(registry, SELF_METRICS.requestDuration, REQUEST_BUCKETS);
}

/** Creates what is counted of one workspace in a registry of its own, without any series. */
export function createInstruments(registry: Registry) {
  const counter = ({ name, help, labels }: Definition) =>
    new Counter({ name, help, labelNames: [...labels], registers: [registry] });
  return {
    polls: counter(SELF_METRICS.polls),
    pollFailures: counter(SELF_METRICS.pollFailures),
    pollsSkipped: counter(SELF_METRICS.pollsSkipped),
    rowsRejected: counter(SELF_METRICS.rowsRejected),
    anomalies: counter(SELF_METRICS.anomalies),
    requests: counter(SELF_METRICS.requests),
    retries: counter(SELF_METRICS.retries),
    storageErrors: counter(SELF_METRICS.storageErrors),
    pollDuration: addHistogram(registry, SELF_METRICS.pollDuration, POLL_BUCKETS),
  };
}

/** What is counted of one workspace. */
export type Instruments = ReturnType<typeof createInstruments>;

/** Creates every series that may be counted: a counter that appears with the value 1 shows no increase. */
export function initializeEndpoints(instruments: Instruments, workspace: string, endpoints: readonly string[]): void {
  for (const endpoint of endpoints) {
    instruments.retries.inc({ workspace, endpoint }, 0);
    for (const code of CODES) instruments.requests.inc({ workspace, endpoint, code }, 0);
  }
}

/** Does the same for one source. */
export function initializeSource(instruments: Instruments, workspace: string, source: string): void {
  const labels = { workspace, source };
  instruments.polls.inc(labels, 0);
  instruments.pollsSkipped.inc(labels, 0);
  instruments.storageErrors.inc(labels, 0);
  instruments.pollDuration.zero(labels);
  for (const reason of FAILURE_REASONS) instruments.pollFailures.inc({ ...labels, reason }, 0);
  for (const reason of REJECTION_REASONS) instruments.rowsRejected.inc({ ...labels, reason }, 0);
}

/** What of a workspace is not counted any more. */
export interface Gone {
  readonly workspace: string;
  readonly sources: readonly string[];
  /** The endpoints that are still asked; the series of all others go. */
  readonly endpoints: readonly string[];
}

/** Removes series of a workspace. */
export async function removeSeries({ pollDuration, ...others }: Instruments, gone: Gone): Promise<void> {
  const { workspace, sources, endpoints } = gone;
  const isGone = ({ source, endpoint }: Partial<Record<string, string | number>>) =>
    endpoint === undefined ? sources.includes(String(source)) : !endpoints.includes(String(endpoint));
  for (const counter of Object.values(others)) {
    const { values } = await counter.get();
    for (const { labels } of values) if (isGone(labels)) counter.remove(labels);
  }
  for (const source of sources) pollDuration.remove({ workspace, source });
}
