import { Counter, Gauge, type Registry } from "prom-client";
import type { Shard } from "../config/config.ts";
import type { Source } from "../sources/source.ts";
import { type ConfigGauges, createConfigGauges } from "./config-gauges.ts";
import { SELF_METRICS } from "./metrics.ts";
import { type Format, addRequestDuration, createOpenMetricsView, createTextRegistry } from "./registry.ts";
import { type Recorded, type WorkspaceCounters, type WorkspaceRecorder, WorkspaceSeries } from "./workspace-series.ts";

/** The exporter's own counters and histograms. */
export interface SelfMetrics extends ConfigGauges {
  /**
   * Goes on with the series that the workspace has.
   * @param sources those that are polled for it
   */
  readonly forWorkspace: (workspace: string, sources: readonly Source[]) => WorkspaceRecorder;
  /** What is counted of each workspace. */
  readonly workspaces: () => readonly WorkspaceCounters[];
  /** All that is not of one workspace. */
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

/** Counts the calls of functions, all of them together. */
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

/** Creates the exporter's own metrics, together with `process_*` and `nodejs_*`. */
export function createSelfMetrics({
  lostLogLines = () => 0,
  isDemo = false,
  shard,
  ...build
}: SelfMetricsDeps): SelfMetrics {
  const registry = createTextRegistry();
  const { recorded, made } = createRecordings();
  const workspaces = new WorkspaceSeries(addRequestDuration(registry), recorded);
  addBuildInfo(registry, build);
  addLogErrors(registry, lostLogLines);
  if (isDemo) addDemo(registry);
  if (shard) addShard(registry, shard);
  const config = createConfigGauges(registry);
  const registries = { text: registry, openmetrics: createOpenMetricsView(registry) };
  return {
    forWorkspace: (workspace, sources) => workspaces.forWorkspace(workspace, sources),
    workspaces: workspaces.all,
    webConfigRead: recorded(config.webConfigRead),
    configLoaded: recorded(config.configLoaded),
    configRefused: recorded(config.configRefused),
    render: (format) => registries[format].metrics(),
    // Both only grow, so their sum is unchanged only if both are.
    revision: () => made() + lostLogLines(),
  };
}
