import { ENDPOINTS, type RequestObserver, type StatsClient, USUAL_ENDPOINTS, createStatsClient } from "./api/client.ts";
import { type Dispatcher, createDispatcher } from "./api/dispatcher.ts";
import type { Clock } from "./clock.ts";
import type { Config, LabelersConfig, WorkspaceConfig } from "./config/config.ts";
import { createKeyFile } from "./config/secrets.ts";
import { createApp } from "./http/app.ts";
import { type RunningServer, listen } from "./http/server.ts";
import type { Logger } from "./logger/logger.ts";
import { legacyBeside } from "./metrics/legacy-beside.ts";
import type { WorkspaceState } from "./metrics/workspace-state.ts";
import { type SelfMetrics, type WorkspaceRecorder, createSelfMetrics } from "./metrics/self-recorder.ts";
import { type LegacyPoller, createLegacyPoller } from "./poller/legacy-poller.ts";
import { createPoller } from "./poller/poller.ts";
import { createTimetable } from "./poller/schedule.ts";
import { type SnapshotStore, createSnapshotStore } from "./poller/snapshot-store.ts";
import { createUnmatchedLog } from "./poller/unmatched-log.ts";
import type { LearningRedactor } from "./redact.ts";
import { type Files, readFile } from "./storage/files.ts";
import { type Route, prepareRoutes } from "./routes.ts";
import { VERSION } from "./version.ts";

export interface ExporterDeps {
  readonly clock: Clock;
  readonly files: Files;
  readonly random: () => number;
  readonly logger: Logger;
  readonly redact: LearningRedactor;
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Source revision of the build, for `build_info`. */
  readonly revision: string;
  readonly nodeVersion: string;
  /** How many log lines could not be written. */
  readonly lostLogLines: () => number;
}

/** A running exporter. */
export interface Exporter {
  /** Base URLs that reach it from this machine, one per listen address. */
  readonly urls: readonly string[];
  /** Stops polling and lets the running requests end. */
  readonly stop: () => Promise<void>;
}

interface Parts {
  readonly store: SnapshotStore;
  readonly selfMetrics: SelfMetrics;
  readonly dispatcher: Dispatcher;
}

/** The key, read again before each request where it stands in a file. */
function keySource({ name, apiKey, apiKeyFile: path }: WorkspaceConfig, { logger, redact, files }: ExporterDeps) {
  if (path === undefined) return apiKey;
  return createKeyFile(path, apiKey, {
    readFile: (file) => readFile(file, files),
    learn: redact.learn,
    onChanged: () => {
      logger.info({ workspace: name, path }, "the API key's file has changed; the new key is used");
    },
    onProblem: (problem) => {
      logger.warn({ workspace: name, path, problem }, "the API key's file cannot be used; the key before is kept");
    },
  });
}

/** A client that reports to whichever recorder is current: it changes once a workspace's name is known. */
function createReportingClient(config: WorkspaceConfig, { dispatcher }: Parts, deps: ExporterDeps) {
  let recorder: WorkspaceRecorder | undefined;
  const observer: RequestObserver = {
    onRequest: (endpoint, status, seconds) => recorder?.requested(endpoint, status, seconds),
    onRetry: (endpoint, error, delayMs) => {
      recorder?.retried(endpoint);
      deps.logger.debug({ endpoint, reason: error.reason, status: error.status, delayMs }, "request will be repeated");
    },
  };
  const options = { ...config.api, apiKey: keySource(config, deps), seriesLimit: config.seriesLimit };
  const client: StatsClient = createStatsClient(options, { ...deps, dispatcher, observer });
  const useRecorder = (current: WorkspaceRecorder) => {
    recorder = current;
  };
  return { client, useRecorder };
}

/** The poller of a workspace's legacy endpoint, where it is asked for. It shares the client, and nothing else. */
function createLegacy(
  { workspace, legacy: state, stored }: Route,
  key: number,
  labelers: LabelersConfig,
  client: StatsClient,
  { store }: Parts,
  deps: ExporterDeps,
): LegacyPoller[] {
  if (!state) return [];
  const { timezone, legacyIntervalSeconds: seconds } = workspace.poll;
  const poller = createLegacyPoller(workspace, labelers, {
    ...{ ...deps, client, state },
    onGoodPoll: (stats, saved, { storageFailed }) => {
      stored.legacy.save({ value: stats, saved }, storageFailed);
    },
    onGone: ({ storageFailed }) => {
      stored.legacy.discard(storageFailed);
    },
    publish: (legacy) => store.publish(key, { legacy }),
    beside: () => {
      const state = store.states()[key];
      return state && legacyBeside(state, deps.clock.moment());
    },
    timetable: createTimetable({ kind: "interval", seconds }, timezone, deps.clock),
  });
  return [poller];
}

/** A workspace's pollers, to be started in one go. */
interface WorkspacePollers {
  readonly start: () => void;
  readonly stop: () => Promise<unknown>;
}

function createPollers(
  routes: readonly Route[],
  { labelers }: Config,
  parts: Parts,
  deps: ExporterDeps,
): WorkspacePollers[] {
  const logUnmatched = createUnmatchedLog(deps.logger);
  const publish = async (key: number, state: WorkspaceState) => {
    await parts.store.publish(key, state);
    logUnmatched(parts.store.states());
  };
  return routes.map((route, key) => {
    const { workspace, timetable, state, stored } = route;
    const reporting = createReportingClient(workspace, parts, deps);
    const legacy = createLegacy(route, key, labelers, reporting.client, parts, deps);
    const poller = createPoller(workspace, labelers, {
      ...{ ...deps, ...reporting },
      publish: (published) => publish(key, published),
      onGoodPoll: (stats, saved, { storageFailed }) => {
        stored.stats.save({ value: stats, saved }, storageFailed);
      },
      recorderFor: (name) => parts.selfMetrics.forWorkspace(name, workspace.legacy ? ENDPOINTS : USUAL_ENDPOINTS),
      // Its labels need the name, so the legacy endpoint is polled from then on.
      onNamed: (name, recorder) => {
        for (const one of legacy) one.start(name, recorder);
      },
      state,
      timetable,
    });
    const stop = () => Promise.all([poller, ...legacy].map((one) => one.stop()));
    return { start: poller.start.bind(poller), stop };
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
 * @throws ConfigError when an address cannot be listened on or a directory not be written to; nothing is left running
 * then
 */
export async function startExporter(config: Config, deps: ExporterDeps): Promise<Exporter> {
  const routes = await prepareRoutes(config, deps);
  const states = routes.map(({ state, legacy }) => (legacy ? { ...state, legacy } : state));
  const parts: Parts = {
    store: await createSnapshotStore(states, deps.clock),
    selfMetrics: createSelfMetrics({ ...deps, version: VERSION }),
    dispatcher: createDispatcher(deps.env),
  };
  const servers = await listenAll(config, parts, deps);
  const pollers = createPollers(routes, config, parts, deps);
  for (const poller of pollers) poller.start();
  const stop = async () => {
    // Both at once: the supervisor's patience is the same for all, and responses may need all of it.
    await Promise.all([...pollers.map((poller) => poller.stop()), ...servers.map((server) => server.close())]);
    await Promise.all(routes.flatMap(({ stored }) => [stored.stats.settled(), stored.legacy.settled()]));
    await parts.dispatcher.destroy();
  };
  return { urls: servers.map(({ url }) => url), stop };
}
