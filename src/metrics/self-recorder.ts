import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { type Endpoint, USUAL_ENDPOINTS } from "../api/client.ts";
import { type Anomaly, REJECTION_REASONS, type Stats } from "../api/stats.ts";
import { FAILURE_REASONS, type FailureReason } from "../errors.ts";
import { createFieldLimiter } from "./field-limiter.ts";
import { SELF_METRICS } from "./self-metrics.ts";
import { type Format, createOpenMetricsView, createTextRegistry } from "./self-registry.ts";

/** Statuses that the API documents, with 410 for an endpoint that is gone; what else may come, and no answer at all. */
const CODES = "200 400 401 402 403 404 409 410 422 423 429 500 502 503 504 other none".split(" ");

const POLL_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const REQUEST_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Records what happens around one workspace. */
export interface WorkspaceRecorder {
  readonly pollEnded: (seconds: number, failure: FailureReason | undefined) => void;
  readonly pollSkipped: () => void;
  readonly answered: (stats: Pick<Stats, "anomalies" | "rejected">) => void;
  readonly filterIgnored: (filter: string) => void;
  readonly requested: (endpoint: Endpoint, status: number | undefined, seconds: number) => void;
  readonly retried: (endpoint: Endpoint) => void;
  readonly storageFailed: () => void;
  /** Removes the workspace's series: for a name that turned out to be another. */
  readonly forget: () => Promise<void>;
}

/** The exporter's own counters and histograms. */
export interface SelfMetrics {
  /** `endpoints` are those that may be called for it; the usual ones unless told. */
  readonly forWorkspace: (workspace: string, endpoints?: readonly Endpoint[]) => WorkspaceRecorder;
  readonly render: (format: Format) => Promise<string>;
  /** A number that grows with every recording: as long as it stands still, so do our counters. */
  readonly revision: () => number;
}

export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
  readonly nodeVersion: string;
}

function createInstruments(registry: Registry) {
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

type Instruments = ReturnType<typeof createInstruments>;

/** Every series that may come to be exists from the start: a counter born at 1 shows no increase. */
function initialize(instruments: Instruments, workspace: string, endpoints: readonly Endpoint[]): void {
  instruments.polls.inc({ workspace }, 0);
  instruments.pollsSkipped.inc({ workspace }, 0);
  instruments.storageErrors.inc({ workspace }, 0);
  instruments.pollDuration.zero({ workspace });
  for (const reason of FAILURE_REASONS) instruments.pollFailures.inc({ workspace, reason }, 0);
  for (const reason of REJECTION_REASONS) instruments.rowsRejected.inc({ workspace, reason }, 0);
  for (const endpoint of endpoints) {
    instruments.retries.inc({ workspace, endpoint }, 0);
    for (const code of CODES) instruments.requests.inc({ workspace, endpoint, code }, 0);
  }
}

async function forget(instruments: Instruments, workspace: string): Promise<void> {
  const { polls, pollFailures, pollsSkipped, rowsRejected, anomalies, requests, retries, storageErrors } = instruments;
  for (const counter of [
    polls,
    pollFailures,
    pollsSkipped,
    rowsRejected,
    anomalies,
    requests,
    retries,
    storageErrors,
  ]) {
    const { values } = await counter.get();
    for (const { labels } of values) if (labels["workspace"] === workspace) counter.remove(labels);
  }
  instruments.pollDuration.remove({ workspace });
}

/** Counts equal anomalies first: an answer in another form can hold millions of them. */
function tally(anomalies: readonly Anomaly[]): [field: string, reason: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { field, reason } of anomalies) {
    const key = `${reason} ${field}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => {
    const at = key.indexOf(" ");
    return [key.slice(at + 1), key.slice(0, at), count];
  });
}

function codeOf(status: number | undefined): string {
  if (status === undefined) return "none";
  return CODES.includes(String(status)) ? String(status) : "other";
}

/** Calls `touch` after every recording. */
function touching(recorder: WorkspaceRecorder, touch: () => void): WorkspaceRecorder {
  const then =
    <A extends unknown[], R>(record: (...args: A) => R) =>
    (...args: A): R => {
      touch();
      return record(...args);
    };
  return {
    pollEnded: then(recorder.pollEnded),
    pollSkipped: then(recorder.pollSkipped),
    answered: then(recorder.answered),
    filterIgnored: then(recorder.filterIgnored),
    requested: then(recorder.requested),
    retried: then(recorder.retried),
    storageFailed: then(recorder.storageFailed),
    forget: () => recorder.forget().finally(touch),
  };
}

function createRecorder(instruments: Instruments, workspace: string): WorkspaceRecorder {
  const limitField = createFieldLimiter();
  return {
    pollEnded: (seconds, failure) => {
      instruments.polls.inc({ workspace });
      instruments.pollDuration.observe({ workspace }, seconds);
      if (failure) instruments.pollFailures.inc({ workspace, reason: failure });
    },
    pollSkipped: () => {
      instruments.pollsSkipped.inc({ workspace });
    },
    answered: ({ anomalies, rejected }) => {
      for (const [field, reason, count] of tally(anomalies))
        instruments.anomalies.inc({ workspace, field: limitField(field), reason }, count);
      for (const reason of REJECTION_REASONS) {
        const count = rejected.filter((one) => one === reason).length;
        if (count > 0) instruments.rowsRejected.inc({ workspace, reason }, count);
      }
    },
    filterIgnored: (field) => {
      instruments.anomalies.inc({ workspace, field, reason: "filter_ignored" });
    },
    requested: (endpoint, status, seconds) => {
      instruments.requests.inc({ workspace, endpoint, code: codeOf(status) });
      instruments.requestDuration.observe({ endpoint }, seconds);
    },
    retried: (endpoint) => {
      instruments.retries.inc({ workspace, endpoint });
    },
    storageFailed: () => {
      instruments.storageErrors.inc({ workspace });
    },
    forget: () => forget(instruments, workspace),
  };
}

/** Creates the exporter's own metrics, with `process_*` and `nodejs_*` beside them. */
export function createSelfMetrics({ version, revision, nodeVersion }: BuildInfo): SelfMetrics {
  const registry = createTextRegistry();
  const instruments = createInstruments(registry);
  const { name, help, labels } = SELF_METRICS.buildInfo;
  const buildInfo = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
  buildInfo.set({ version, revision, node_version: nodeVersion }, 1);
  const registries = { text: registry, openmetrics: createOpenMetricsView(registry) };
  // A histogram is shared by all workspaces, and to begin it anew would lose what it has.
  const begun = new Set<Endpoint>();
  const beginDurations = (endpoints: readonly Endpoint[]) => {
    for (const endpoint of endpoints) if (!begun.has(endpoint)) instruments.requestDuration.zero({ endpoint });
    for (const endpoint of endpoints) begun.add(endpoint);
  };
  beginDurations(USUAL_ENDPOINTS);
  let recordings = 0;
  const touch = () => {
    recordings++;
  };
  return {
    forWorkspace: (workspace, endpoints = USUAL_ENDPOINTS) => {
      touch();
      initialize(instruments, workspace, endpoints);
      beginDurations(endpoints);
      return touching(createRecorder(instruments, workspace), touch);
    },
    render: (format) => registries[format].metrics(),
    revision: () => recordings,
  };
}
