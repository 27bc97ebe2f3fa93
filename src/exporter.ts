import { type RequestObserver, type StatsClient, createStatsClient } from "./api/client.ts";
import { type Dispatcher, createDispatcher } from "./api/dispatcher.ts";
import type { Clock } from "./clock.ts";
import type { Config, WorkspaceConfig } from "./config/config.ts";
import { createApp } from "./http/app.ts";
import { type RunningServer, listen } from "./http/server.ts";
import type { Logger } from "./logger/logger.ts";
import { type SelfMetrics, type WorkspaceRecorder, createSelfMetrics } from "./metrics/self-recorder.ts";
import { initialState } from "./poller/poll-state.ts";
import { type Poller, createPoller } from "./poller/poller.ts";
import { type Timetable, createTimetable } from "./poller/schedule.ts";
import { type SnapshotStore, createSnapshotStore } from "./poller/snapshot-store.ts";
import { type Redactor } from "./redact.ts";
import { VERSION } from "./version.ts";

export interface ExporterDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly redact: Redactor;
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Source revision of the build, for `build_info`. */
  readonly revision: string;
  readonly nodeVersion: string;
  /** Called on what can only be a bug; the program must stop. */
  readonly onBug: (error: unknown) => void;
}

/** A running exporter. */
export interface Exporter {
  /** Base URLs that reach it from this machine, one per listen address. */
  readonly urls: readonly string[];
  /** Stops polling, then lets the running requests end. */
  readonly stop: () => Promise<void>;
}

interface Parts {
  readonly store: SnapshotStore;
  readonly selfMetrics: SelfMetrics;
  readonly dispatcher: Dispatcher;
}

/** A client that reports to whichever recorder is current: it changes once a workspace's name is known. */
function createReportingClient({ api, apiKey }: WorkspaceConfig, { dispatcher }: Parts, deps: ExporterDeps) {
  let recorder: WorkspaceRecorder | undefined;
  const observer: RequestObserver = {
    onRequest: (endpoint, status, seconds) => recorder?.requested(endpoint, status, seconds),
    onRetry: (endpoint, error, delayMs) => {
      recorder?.retried(endpoint);
      deps.logger.debug({ endpoint, reason: error.reason, status: error.status, delayMs }, "request will be repeated");
    },
  };
  const client: StatsClient = createStatsClient({ ...api, apiKey }, { ...deps, dispatcher, observer });
  const useRecorder = (current: WorkspaceRecorder) => {
    recorder = current;
  };
  return { client, useRecorder };
}

function createPollers(config: Config, timetables: readonly Timetable[], parts: Parts, deps: ExporterDeps): Poller[] {
  return config.workspaces.flatMap((workspace, key) => {
    const timetable = timetables[key];
    if (!timetable) return [];
    const poller = createPoller(workspace, config.labelers, {
      ...deps,
      ...createReportingClient(workspace, parts, deps),
      publish: (state) => parts.store.publish(key, state),
      recorderFor: parts.selfMetrics.forWorkspace,
      timetable,
    });
    return [poller];
  });
}

async function listenAll({ web }: Config, parts: Parts, deps: ExporterDeps): Promise<RunningServer[]> {
  const app = createApp(web, { ...parts, ...deps });
  const results = await Promise.allSettled(web.listenAddresses.map((address) => listen(app, address)));
  const servers = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (!failed) return servers;
  await Promise.all(servers.map((server) => server.close()));
  throw failed.reason;
}

/**
 * Wires everything together and starts it: the server first, so that health can be asked for while the first poll runs.
 * @throws ConfigError when an address cannot be listened on; nothing is left running then
 */
export async function startExporter(config: Config, deps: ExporterDeps): Promise<Exporter> {
  const timetables = config.workspaces.map(({ poll }) => createTimetable(poll.schedule, poll.timezone));
  const states = config.workspaces.flatMap((workspace, key) => {
    const timetable = timetables[key];
    return timetable ? [initialState(workspace, timetable)] : [];
  });
  const parts: Parts = {
    store: await createSnapshotStore(states, deps.clock),
    selfMetrics: createSelfMetrics({ ...deps, version: VERSION }),
    dispatcher: createDispatcher(deps.env),
  };
  const servers = await listenAll(config, parts, deps);
  const pollers = createPollers(config, timetables, parts, deps);
  for (const poller of pollers) poller.start();
  const stop = async () => {
    await Promise.all(pollers.map((poller) => poller.stop()));
    await Promise.all(servers.map((server) => server.close()));
    await parts.dispatcher.destroy();
  };
  return { urls: servers.map(({ url }) => url), stop };
}
