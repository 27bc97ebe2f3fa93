import { Counter, Gauge, type Registry } from "prom-client";
import { type Endpoint, USUAL_ENDPOINTS } from "../roboflow/client.ts";
import type { Stats } from "../sources/insights/stats.ts";
import type { FailureReason } from "../errors.ts";
import { createFieldLimiter } from "../answers/field-limiter.ts";
import { type Instruments, codeOf, createInstruments, initializeSeries, removeSeries } from "./instruments.ts";
import { SELF_METRICS } from "./metrics.ts";
import { type Format, createOpenMetricsView, createTextRegistry } from "./registry.ts";

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

export interface SelfMetricsDeps extends BuildInfo {
  /** How many log lines could not be written; none unless given. */
  readonly lostLogLines?: () => number;
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
      for (const { field, reason, count } of anomalies)
        instruments.anomalies.inc({ workspace, field: limitField(field), reason }, count);
      for (const [reason, count] of rejected) instruments.rowsRejected.inc({ workspace, reason }, count);
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
    forget: () => removeSeries(instruments, workspace),
  };
}

/** Lines are counted where they are lost; here they are only shown. */
function countLogErrors(registry: Registry, lostLogLines: () => number): void {
  const { name, help } = SELF_METRICS.logErrors;
  new Counter({
    ...{ name, help, registers: [registry] },
    collect() {
      this.reset();
      this.inc(lostLogLines());
    },
  });
}

/** Creates the exporter's own metrics, with `process_*` and `nodejs_*` beside them. */
export function createSelfMetrics({
  version,
  revision,
  nodeVersion,
  lostLogLines = () => 0,
}: SelfMetricsDeps): SelfMetrics {
  const registry = createTextRegistry();
  const instruments = createInstruments(registry);
  const { name, help, labels } = SELF_METRICS.buildInfo;
  const buildInfo = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
  buildInfo.set({ version, revision, node_version: nodeVersion }, 1);
  countLogErrors(registry, lostLogLines);
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
      initializeSeries(instruments, workspace, endpoints);
      beginDurations(endpoints);
      return touching(createRecorder(instruments, workspace), touch);
    },
    render: (format) => registries[format].metrics(),
    // Both only grow, so their sum stands still only when they do.
    revision: () => recordings + lostLogLines(),
  };
}
