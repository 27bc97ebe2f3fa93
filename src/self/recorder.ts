import { Counter, Gauge, type Registry } from "prom-client";
import { type AnswerObserver, createFieldLimiter } from "../answers/anomalies.ts";
import { ROOT_ENDPOINT } from "../roboflow/workspaces.ts";
import type { Shard } from "../config/config.ts";
import type { Source } from "../sources/source.ts";
import type { FailureReason } from "../failures.ts";
import { SELF_METRICS } from "./metrics.ts";
import {
  type Format,
  type Instruments,
  codeOf,
  createInstruments,
  createOpenMetricsView,
  createTextRegistry,
  initializeEndpoints,
  initializeSource,
  removeSeries,
} from "./registry.ts";

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
  /** Removes the workspace's series, when its name turned out to be another. */
  readonly forget: () => Promise<void>;
}

/** The exporter's own counters and histograms. */
export interface SelfMetrics {
  /** @param sources those that are polled for it */
  readonly forWorkspace: (workspace: string, sources: readonly Source[]) => WorkspaceRecorder;
  /** Takes whether the newest content of the web configuration file is in use. */
  readonly webConfigRead: (isUsed: boolean) => void;
  readonly render: (format: Format) => Promise<string>;
  /** A number that grows whenever something is counted: while it stays the same, so do our counters. */
  readonly revision: () => number;
}

export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
  readonly nodeVersion: string;
}

export interface SelfMetricsDeps extends BuildInfo {
  /** Whether the data is simulated; false by default. */
  readonly isDemo?: boolean;
  /** Which of the shards this is; undefined where there are none. */
  readonly shard?: Shard | undefined;
  /** How many log lines could not be written; 0 by default. */
  readonly lostLogLines?: () => number;
}

/** Makes a function that also counts its calls, all of them together. */
type Recorded = <A extends readonly unknown[]>(act: (...args: A) => void) => (...args: A) => void;

function createRecordings(): { readonly recorded: Recorded; readonly made: () => number } {
  let made = 0;
  const recorded: Recorded =
    (act) =>
    (...args) => {
      made++;
      act(...args);
    };
  return { recorded, made: () => made };
}

function createSourceRecorder(
  { polls, pollDuration, pollFailures, pollsSkipped, anomalies, rowsRejected, storageErrors }: Instruments,
  labels: Readonly<{ workspace: string; source: string }>,
  recorded: Recorded,
): SourceRecorder {
  const limitField = createFieldLimiter();
  return {
    pollEnded: recorded((seconds, failure) => {
      polls.inc(labels);
      pollDuration.observe(labels, seconds);
      if (failure) pollFailures.inc({ ...labels, reason: failure });
    }),
    pollSkipped: recorded(() => {
      pollsSkipped.inc(labels);
    }),
    answered: recorded(({ anomalies: found, rejected }) => {
      for (const { field, reason, count } of found)
        anomalies.inc({ ...labels, field: limitField(field), reason }, count);
      for (const [reason, count] of rejected) rowsRejected.inc({ ...labels, reason }, count);
    }),
    filterIgnored: recorded((field) => {
      anomalies.inc({ ...labels, field, reason: "filter_ignored" });
    }),
    storageFailed: recorded(() => {
      storageErrors.inc(labels);
    }),
  };
}

function createRecorder(
  instruments: Instruments,
  workspace: string,
  sources: readonly string[],
  recorded: Recorded,
): WorkspaceRecorder {
  const { requests, requestDuration, retries } = instruments;
  return {
    requested: recorded((endpoint, status, seconds) => {
      requests.inc({ workspace, endpoint, code: codeOf(status) });
      requestDuration.observe({ endpoint }, seconds);
    }),
    retried: recorded((endpoint) => {
      retries.inc({ workspace, endpoint });
    }),
    forSource: (source) => createSourceRecorder(instruments, { workspace, source }, recorded),
    forget: async () => {
      await removeSeries(instruments, workspace, sources);
      recorded(() => undefined)();
    },
  };
}

/** Lost lines are counted by the log's output; here they are only shown. */
function addLogErrors(registry: Registry, lostLogLines: () => number): void {
  const { name, help } = SELF_METRICS.logErrors;
  new Counter({
    ...{ name, help, registers: [registry] },
    collect() {
      this.reset();
      this.inc(lostLogLines());
    },
  });
}

function addBuildInfo(registry: Registry, { version, revision, nodeVersion }: BuildInfo): void {
  const { name, help, labels } = SELF_METRICS.buildInfo;
  const buildInfo = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
  buildInfo.set({ version, revision, node_version: nodeVersion }, 1);
}

/** Marks the data as simulated: real data does not have this series. */
function addDemo(registry: Registry): void {
  const { name, help } = SELF_METRICS.demo;
  new Gauge({ name, help, registers: [registry] }).set(1);
}

function addShard(registry: Registry, { index, count }: Shard): void {
  const { name, help, labels } = SELF_METRICS.shardInfo;
  const info = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
  info.set({ shard: String(index), shards: String(count) }, 1);
  new Gauge({ name: SELF_METRICS.shards.name, help: SELF_METRICS.shards.help, registers: [registry] }).set(count);
}

/** Whether the newest web configuration is in use: 1 until a newer one is refused. */
function createWebConfigGauge(registry: Registry): Gauge {
  const { name, help } = SELF_METRICS.webConfig;
  const gauge = new Gauge({ name, help, registers: [registry] });
  gauge.set(1);
  return gauge;
}

/** Creates every series of a workspace. The histogram of requests is shared: zeroing it again would lose its counts. */
function createInitializer(instruments: Instruments) {
  const zeroed = new Set<string>();
  return (workspace: string, sources: readonly Source[]) => {
    const endpoints = [ROOT_ENDPOINT, ...sources.flatMap((source) => source.endpoints)];
    initializeEndpoints(instruments, workspace, endpoints);
    for (const { name } of sources) initializeSource(instruments, workspace, name);
    for (const endpoint of endpoints.filter((one) => !zeroed.has(one))) {
      instruments.requestDuration.zero({ endpoint });
      zeroed.add(endpoint);
    }
  };
}

/** Creates the exporter's own metrics, together with `process_*` and `nodejs_*`. */
export function createSelfMetrics({
  lostLogLines = () => 0,
  isDemo = false,
  shard,
  ...build
}: SelfMetricsDeps): SelfMetrics {
  const registry = createTextRegistry();
  const instruments = createInstruments(registry);
  addBuildInfo(registry, build);
  addLogErrors(registry, lostLogLines);
  if (isDemo) addDemo(registry);
  if (shard) addShard(registry, shard);
  const webConfig = createWebConfigGauge(registry);
  const registries = { text: registry, openmetrics: createOpenMetricsView(registry) };
  const { recorded, made } = createRecordings();
  const initialize = recorded(createInitializer(instruments));
  const setWebConfig = recorded((isUsed: boolean) => {
    webConfig.set(Number(isUsed));
  });
  return {
    forWorkspace: (workspace, sources) => {
      initialize(workspace, sources);
      const names = sources.map(({ name }) => name);
      return createRecorder(instruments, workspace, names, recorded);
    },
    webConfigRead: setWebConfig,
    render: (format) => registries[format].metrics(),
    // Both only grow, so their sum is unchanged only if both are.
    revision: () => made() + lostLogLines(),
  };
}
