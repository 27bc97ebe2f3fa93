import type { PanelDefinition, Query, RowDefinition, Unit } from "../model.ts";
import { timeSeries } from "../panels/series.ts";
import { targetMetric } from "./exporter-queries.ts";

function panel(title: string, description: string, unit: Unit, queries: readonly Query[]): PanelDefinition {
  return timeSeries({ title, description, unit, queries }, { width: 8, height: 7, min: 0 });
}

function ofInstance(metric: string, what: string): Query {
  return { expr: `max by (instance) (${targetMetric(metric)})`, legend: `{{instance}}, ${what}` };
}

const memory = panel(
  "Memory",
  "Resident memory of the process, and the part of it that is JavaScript's heap in use.",
  "bytes",
  [ofInstance("process_resident_memory_bytes", "resident"), ofInstance("nodejs_heap_size_used_bytes", "heap")],
);

const cpu = panel("CPU", "Processor time used, as a share of one core.", "percentunit", [
  {
    expr: `max by (instance) (rate(${targetMetric("process_cpu_seconds_total")}[$__rate_interval]))`,
    legend: "{{instance}}",
  },
]);

const lag = panel("Event loop lag", "99th percentile of event-loop delay.", "s", [
  ofInstance("nodejs_eventloop_lag_p99_seconds", "99 %"),
]);

const scrapeDuration = panel(
  "Scrape duration",
  "Time Prometheus waits for /metrics. A scrape only copies bytes, so this stays flat.",
  "s",
  [{ expr: `max by (instance) (${targetMetric("scrape_duration_seconds")})`, legend: "{{instance}}" }],
);

const samples = panel("Samples per scrape", "Samples that a scrape brings, the exporter's own included.", "short", [
  { expr: `max by (instance) (${targetMetric("scrape_samples_scraped")})`, legend: "{{instance}}" },
]);

const uptime = panel("Uptime", "Time since the exporter was started.", "s", [
  {
    expr: `time() - max by (instance) (${targetMetric("process_start_time_seconds")})`,
    legend: "{{instance}}",
  },
]);

export const processRow: RowDefinition = {
  title: "Process and scrapes",
  panels: [memory, cpu, lag, scrapeDuration, samples, uptime],
};
