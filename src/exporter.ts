import type { Clock } from "./clock.ts";
import type { Config, WorkspaceConfig } from "./config/config.ts";
import { type SnapshotStore, createSnapshotStore } from "./exposition/store.ts";
import { createApp } from "./http/app.ts";
import { PROCESS_LIMITS_FILE, limitsWithin } from "./http/open-files.ts";
import { type RunningServer, SERVER_LIMITS, type ServerLimits, listen } from "./http/server.ts";
import type { Logger } from "./logger/logger.ts";
import type { Poller } from "./poller/loop.ts";
import { createTimetable } from "./poller/timetable.ts";
import { createUnmatchedLog } from "./poller/log.ts";
import {
  type MakeTimetable,
  type PreparedWorkspace,
  createWorkspacePoller,
  prepareWorkspace,
} from "./poller/workspace.ts";
import type { LearningRedactor } from "./redact.ts";
import { type Ask, type RequestObserver, createClient } from "./roboflow/client.ts";
import { type Dispatcher, createDispatcher } from "./roboflow/dispatcher.ts";
import { createKeyFile } from "./roboflow/key-file.ts";
import { type SelfMetrics, type WorkspaceRecorder, createSelfMetrics } from "./self/recorder.ts";
import { type Files, readFile } from "./storage/files.ts";
import { openRestartCache } from "./storage/restart-cache.ts";
import { VERSION } from "./version.ts";
import { WebConfig } from "./web-config/web-config.ts";

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

/** The key; if it is in a file, it is read again before each request. */
function keySource({ name, apiKey, apiKeyFile: path }: WorkspaceConfig, { logger, redact, files }: ExporterDeps) {
  if (path === undefined) return apiKey;
  return createKeyFile(path, apiKey, {
    readFile: (file) => readFile(file, files),
    learn: redact.learn,
    onChanged: () => {
      logger.info({ workspace: name, path }, "the API key's file has changed; the new key is used");
    },
    onProblem: (problem) => {
      logger.warn(
        { workspace: name, path, problem },
        "the API key's file cannot be used; the previous key stays in use",
      );
    },
  });
}

/** Creates the clients of a workspace. Each reports its requests to a recorder. */
function clientsOf(config: WorkspaceConfig, { dispatcher }: Parts, deps: ExporterDeps) {
  const options = { ...config.api, apiKey: keySource(config, deps), seriesLimit: config.seriesLimit };
  return (recorder: WorkspaceRecorder): Ask => {
    const observer: RequestObserver = {
      onRequest: recorder.requested,
      onRetry: (endpoint, { reason, status }, delayMs) => {
        recorder.retried(endpoint);
        deps.logger.debug({ endpoint, reason, status, delayMs }, "request will be repeated");
      },
    };
    return createClient(options, { ...deps, dispatcher, observer });
  };
}

function timetablesBy(clock: Clock): MakeTimetable {
  return ({ schedule }, { workspace }) => createTimetable(schedule, workspace.poll.timezone, clock);
}

function createPollers(prepared: readonly PreparedWorkspace[], parts: Parts, deps: ExporterDeps): readonly Poller[] {
  const { store, selfMetrics } = parts;
  const logUnmatched = createUnmatchedLog(deps.logger);
  return store.places.flatMap((place, index) => {
    const workspace = prepared[index];
    if (!workspace) return [];
    return createWorkspacePoller(workspace, {
      ...{ ...deps, place, makeTimetable: timetablesBy(deps.clock) },
      recorderFor: selfMetrics.forWorkspace,
      askFor: clientsOf(workspace.settings.workspace, parts, deps),
      onGoodPoll: () => {
        logUnmatched(store.states());
      },
    });
  });
}

/** Prepares each workspace with its stored data, in the order of the configuration. */
async function prepareAll(config: Config, deps: ExporterDeps): Promise<PreparedWorkspace[]> {
  const preparing = {
    cache: await openRestartCache(config, deps),
    makeTimetable: timetablesBy(deps.clock),
    clock: deps.clock,
  };
  const prepared: PreparedWorkspace[] = [];
  // One after the other: each may hold megabytes while it is read.
  for (const workspace of config.workspaces)
    prepared.push(await prepareWorkspace({ workspace, people: config.people }, preparing));
  return prepared;
}

async function openWebConfig({ web }: Config, { selfMetrics }: Parts, deps: ExporterDeps): Promise<WebConfig> {
  const webConfig = new WebConfig({ ...deps, onRead: selfMetrics.webConfigRead });
  if (web.configFile !== undefined) await webConfig.open(web.configFile);
  return webConfig;
}

/** What clients may take of each server, with as many files as the process may open. */
async function serverLimits({ web }: Config, { files, logger }: ExporterDeps): Promise<ServerLimits> {
  const processLimits = await readFile(PROCESS_LIMITS_FILE, files).catch(() => undefined);
  const limits = limitsWithin(processLimits, web.listenAddresses.length);
  if (limits !== SERVER_LIMITS)
    logger.warn(
      { connections: limits.connections },
      "the limit of open files is low, so fewer connections are taken; raise it, for example with ulimit -n 2048",
    );
  return limits;
}

async function listenAll(
  config: Config,
  webConfig: WebConfig,
  parts: Parts,
  deps: ExporterDeps,
): Promise<RunningServer[]> {
  const { web, isDemo } = config;
  const listener = webConfig.guard(createApp({ ...web, isDemo }, { ...parts, ...deps }));
  const options = { tls: webConfig.tls, limits: await serverLimits(config, deps) };
  const results = await Promise.allSettled(web.listenAddresses.map((address) => listen(listener, address, options)));
  const servers = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (!failed) return servers;
  webConfig.close();
  await Promise.all(servers.map((server) => server.close()));
  throw failed.reason;
}

/**
 * Wires everything together and starts it: the server first, so that health checks work during the first poll.
 * @throws ConfigError when an address cannot be listened on, the web configuration cannot be used or a directory is not
 * writable; nothing is left running then
 */
export async function startExporter(config: Config, deps: ExporterDeps): Promise<Exporter> {
  const prepared = await prepareAll(config, deps);
  const states = prepared.map(({ state }) => state);
  const parts: Parts = {
    store: await createSnapshotStore(states, deps.clock),
    selfMetrics: createSelfMetrics({ ...deps, isDemo: config.isDemo, version: VERSION }),
    dispatcher: createDispatcher(deps.env),
  };
  const webConfig = await openWebConfig(config, parts, deps);
  const servers = await listenAll(config, webConfig, parts, deps);
  const pollers = createPollers(prepared, parts, deps);
  for (const poller of pollers) poller.start();
  const stop = async () => {
    webConfig.close();
    // At the same time: a supervisor waits only so long for all of it, and responses may need that time.
    await Promise.all([...pollers.map((poller) => poller.stop()), ...servers.map((server) => server.close())]);
    await parts.dispatcher.destroy();
  };
  return { urls: servers.map(({ url }) => url), stop };
}
