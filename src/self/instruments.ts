import { Counter, Histogram, type Registry } from "prom-client";
import { REJECTION_REASONS } from "../answers/answer.ts";
import { FAILURE_REASONS } from "../failures.ts";
import { SELF_METRICS } from "./metrics.ts";

/** Statuses that the API documents, with 410 for an endpoint that is gone; what else may come, and no answer at all. */
const CODES = "200 400 401 402 403 404 409 410 422 423 429 500 502 503 504 other none".split(" ");

const POLL_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const REQUEST_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What a status is counted as; undefined is no answer. */
export function codeOf(status: number | undefined): string {
  if (status === undefined) return "none";
  return CODES.includes(String(status)) ? String(status) : "other";
}

/** Makes them in a registry, without any series. */
export function createInstruments(registry: Registry) {
  const registers = [registry];
  const counter = ({ name, help, labels }: { name: string; help: string; labels: readonly string[] }) =>
    new Counter({ name, help, labelNames: [...labels], registers });
  const { pollDuration, requestDuration } = SELF_METRICS;
  return {
    polls: counter(SELF_METRICS.polls),
    pollFailures: counter(SELF_METRICS.pollFailures),
    pollsSkipped: counter(SELF_METRICS.pollsSkipped),
    rowsRejected: counter(SELF_METRICS.rowsRejected),
    anomalies: counter(SELF_METRICS.anomalies),
    requests: counter(SELF_METRICS.requests),
    retries: counter(SELF_METRICS.retries),
    storageErrors: counter(SELF_METRICS.storageErrors),
    pollDuration: new Histogram({
      ...pollDuration,
      labelNames: [...pollDuration.labels],
      buckets: POLL_BUCKETS,
      registers,
    }),
    requestDuration: new Histogram({
      ...requestDuration,
      labelNames: [...requestDuration.labels],
      buckets: REQUEST_BUCKETS,
      registers,
    }),
  };
}

/** The exporter's own counters and histograms. */
export type Instruments = ReturnType<typeof createInstruments>;

/** Every series that may come to be exists from the start: a counter born at 1 shows no increase. */
export function initializeEndpoints(instruments: Instruments, workspace: string, endpoints: readonly string[]): void {
  for (const endpoint of endpoints) {
    instruments.retries.inc({ workspace, endpoint }, 0);
    for (const code of CODES) instruments.requests.inc({ workspace, endpoint, code }, 0);
  }
}

/** The same of one source. */
export function initializeSource(instruments: Instruments, workspace: string, source: string): void {
  const labels = { workspace, source };
  instruments.polls.inc(labels, 0);
  instruments.pollsSkipped.inc(labels, 0);
  instruments.storageErrors.inc(labels, 0);
  instruments.pollDuration.zero(labels);
  for (const reason of FAILURE_REASONS) instruments.pollFailures.inc({ ...labels, reason }, 0);
  for (const reason of REJECTION_REASONS) instruments.rowsRejected.inc({ ...labels, reason }, 0);
}

/** Removes a workspace's series. */
export async function removeSeries(
  { pollDuration, ...others }: Instruments,
  workspace: string,
  sources: readonly string[],
): Promise<void> {
  for (const counter of Object.values(others)) {
    // The other histogram has no workspace.
    if (!(counter instanceof Counter)) continue;
    const { values } = await counter.get();
    for (const { labels } of values) if (labels["workspace"] === workspace) counter.remove(labels);
  }
  for (const source of sources) pollDuration.remove({ workspace, source });
}
