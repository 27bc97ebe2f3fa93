import { Counter, Gauge, type Registry } from "prom-client";
import type { AnswerObserver } from "../answers/answer.ts";
import { ROOT_ENDPOINT } from "../roboflow/workspaces.ts";
import type { Source } from "../sources/source.ts";
import type { FailureReason } from "../failures.ts";
import { createFieldLimiter } from "../answers/field-limiter.ts";
import {
  type Instruments,
  codeOf,
  createInstruments,
  initializeEndpoints,
  initializeSource,
  removeSeries,
} from "./instruments.ts";
import { SELF_METRICS } from "./metrics.ts";
import { type Format, createOpenMetricsView, createTextRegistry } from "./registry.ts";

/** Records the polls of one source of one workspace. */
export interface SourceRecorder extends AnswerObserver {
  readonly pollEnded: (seconds: number, failure: FailureReason | undefined) => void;
  readonly pollSkipped: () => void;
  readonly storageFailed: () => void;
}

/** Records what happens around one workspace. */
export interface WorkspaceRecorder {
  readonly requested: (endpoint: string, status: number | undefined, seconds: number) => void;
  readonly retried: (endpoint: string) => void;
  readonly forSource: (source: string) => SourceRecorder;
  /** Removes the workspace's series: for a name that turned out to be another. */
  readonly forget: () => Promise<void>;
}

/** The exporter's own counters and histograms. */
export interface SelfMetrics {
  /** `sources` are those that are polled for it. */
  readonly forWorkspace: (workspace: string, sources: readonly Source[]) => WorkspaceRecorder;
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
  /** Whether the data is simulated; it is not unless said so. */
  readonly isDemo?: boolean;
  /** How many log lines could not be written; none unless given. */
  readonly lostLogLines?: () => number;
}

/** Makes a recording, and notes that there is one. */
type Record = (recording: () => void) => void;

function createSourceRecorder(
  { polls, pollDuration, pollFailures, pollsSkipped, anomalies, rowsRejected, storageErrors }: Instruments,
  labels: Readonly<{ workspace: string; source: string }>,
  record: Record,
): SourceRecorder {
  const limitField = createFieldLimiter();
  return {
    pollEnded: (seconds, failure) => {
      record(() => {
        polls.inc(labels);
        pollDuration.observe(labels, seconds);
        if (failure) pollFailures.inc({ ...labels, reason: failure });
      });
    },
    pollSkipped: () => {
      record(() => {
        pollsSkipped.inc(labels);
      });
    },
    answered: ({ anomalies: found, rejected }) => {
      record(() => {
        for (const { field, reason, count } of found)
          anomalies.inc({ ...labels, field: limitField(field), reason }, count);
        for (const [reason, count] of rejected) rowsRejected.inc({ ...labels, reason }, count);
      });
    },
    filterIgnored: (field) => {
      record(() => {
        anomalies.inc({ ...labels, field, reason: "filter_ignored" });
      });
    },
    storageFailed: () => {
      record(() => {
        storageErrors.inc(labels);
      });
    },
  };
}

function createRecorder(
  instruments: Instruments,
  workspace: string,
  sources: readonly string[],
  record: Record,
): WorkspaceRecorder {
  const { requests, requestDuration, retries } = instruments;
  return {
    requested: (endpoint, status, seconds) => {
      record(() => {
        requests.inc({ workspace, endpoint, code: codeOf(status) });
        requestDuration.observe({ endpoint }, seconds);
      });
    },
    retried: (endpoint) => {
      record(() => {
        retries.inc({ workspace, endpoint });
      });
    },
    forSource: (source) => createSourceRecorder(instruments, { workspace, source }, record),
    forget: async () => {
      await removeSeries(instruments, workspace, sources);
      record(() => undefined);
    },
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

/** Says that the data is simulated: a series that real data does not have. */
function markDemo(registry: Registry): void {
  const { name, help } = SELF_METRICS.demo;
  new Gauge({ name, help, registers: [registry] }).set(1);
}

/** Creates the exporter's own metrics, together with `process_*` and `nodejs_*`. */
export function createSelfMetrics({
  version,
  revision,
  nodeVersion,
  isDemo = false,
  lostLogLines = () => 0,
}: SelfMetricsDeps): SelfMetrics {
  const registry = createTextRegistry();
  const instruments = createInstruments(registry);
  const { name, help, labels } = SELF_METRICS.buildInfo;
  const buildInfo = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
  buildInfo.set({ version, revision, node_version: nodeVersion }, 1);
  countLogErrors(registry, lostLogLines);
  if (isDemo) markDemo(registry);
  const registries = { text: registry, openmetrics: createOpenMetricsView(registry) };
  // A histogram is shared by all workspaces, and to begin it again would lose what it has.
  const begun = new Set<string>();
  const beginDuration = (endpoint: string) => {
    if (!begun.has(endpoint)) instruments.requestDuration.zero({ endpoint });
    begun.add(endpoint);
  };
  let recordings = 0;
  const record: Record = (recording) => {
    recordings++;
    recording();
  };
  return {
    forWorkspace: (workspace, sources) => {
      const endpoints = [ROOT_ENDPOINT, ...sources.flatMap((source) => source.endpoints)];
      record(() => {
        initializeEndpoints(instruments, workspace, endpoints);
        for (const { name: source } of sources) initializeSource(instruments, workspace, source);
        endpoints.forEach(beginDuration);
      });
      const names = sources.map((source) => source.name);
      return createRecorder(instruments, workspace, names, record);
    },
    render: (format) => registries[format].metrics(),
    // Both only grow, so their sum stands still only when they do.
    revision: () => recordings + lostLogLines(),
  };
}
