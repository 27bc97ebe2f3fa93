import type { RequestListener } from "node:http";
import { fileURLToPath } from "node:url";
import type { Clock } from "./clock.ts";
import type { Config, WorkspaceConfig } from "./config/config.ts";
import type { EffectiveConfig } from "./config/effective.ts";
import { type Place, type SnapshotStore, createSnapshotStore } from "./exposition/store.ts";
import { createApp } from "./http/app.ts";
import { PROCESS_LIMITS_FILE, limitsWithin } from "./http/open-files.ts";
import { type RunningServer, SERVER_LIMITS, type ServerLimits, listen } from "./http/server.ts";
import type { Logger } from "./logger/logger.ts";
import { createDocumentLoader } from "./pages/load-documents.ts";
import { PollJournal } from "./poller/journal.ts";
import { createTimetable } from "./poller/timetable.ts";
import { createUnmatchedLog } from "./poller/log.ts";
import { type MakeTimetable, type PreparedWorkspace, prepareWorkspace } from "./poller/prepare.ts";
import { shiftOf } from "./poller/spread.ts";
import { createWorkspacePoller } from "./poller/workspace.ts";
import type { LearningRedactor } from "./redact.ts";
import { type Ask, type RequestObserver, createClient } from "./roboflow/client.ts";
import { type Dispatcher, createDispatcher } from "./roboflow/dispatcher.ts";
import { createKeyFile } from "./roboflow/key-file.ts";
import { type Lane, type LaneFor, createLanes } from "./roboflow/lane.ts";
import { type Reload, createReload, noteLoaded } from "./running/reloader.ts";
import { type Prepare, RunningWorkspaces } from "./running/workspaces.ts";
import { type SelfMetrics, createSelfMetrics } from "./self/recorder.ts";
import type { WorkspaceRecorder } from "./self/workspace-series.ts";
import { SOURCES } from "./sources/sources.ts";
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
  /**
   * Reads the configuration again. From then on `redact` hides its secrets.
   * @throws ConfigError
   */
  readonly readConfig: () => Config;
  /** Called when a configuration has come into use, at the start and after each reload. */
  readonly onLoaded: () => void;
  /** The configuration in use, as people see it. */
  readonly effectiveConfig: () => EffectiveConfig;
}

/** A running exporter. */
export interface Exporter {
  /** Base URLs that reach it from this machine, one per listen address. */
  readonly urls: readonly string[];
  readonly reload: Reload;
  /** Stops polling and lets the running requests end. */
  readonly stop: () => Promise<void>;
}

interface Parts {
  readonly store: SnapshotStore;
  readonly selfMetrics: SelfMetrics;
  readonly journal: PollJournal;
  readonly dispatcher: Dispatcher;
  readonly laneFor: LaneFor;
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
  return (recorder: WorkspaceRecorder, { enter }: Lane): Ask => {
    const observer: RequestObserver = {
      onRequest: recorder.requested,
      onRetry: (endpoint, { reason, status }, delayMs) => {
        recorder.retried(endpoint);
        deps.logger.debug({ endpoint, reason, status, delayMs }, "request will be repeated");
      },
    };
    return createClient(options, { ...deps, dispatcher, observer, enter });
  };
}

function timetablesBy(clock: Clock): MakeTimetable {
  return ({ schedule }, { workspace }, source) =>
    createTimetable(schedule, workspace.poll.timezone, clock, shiftOf(workspace, source));
}

/** Gives what creates a workspace's pollers, at the start or later. */
function pollerMaker(parts: Parts, deps: ExporterDeps) {
  const { store, selfMetrics, journal, laneFor } = parts;
  const logUnmatched = createUnmatchedLog(deps.logger);
  return (prepared: PreparedWorkspace, place: Place) =>
    createWorkspacePoller(prepared, {
      ...{ ...deps, journal, place, laneFor, makeTimetable: timetablesBy(deps.clock) },
      recorderFor: selfMetrics.forWorkspace,
      askFor: clientsOf(prepared.settings.workspace, parts, deps),
      onGoodPoll: () => {
        logUnmatched(store.states());
      },
    });
}

/** Gives what prepares a configuration's workspaces, with their stored data. Throws ConfigError when that is not possible. */
async function preparing(config: Config, deps: ExporterDeps): Promise<Prepare> {
  const makeTimetable = timetablesBy(deps.clock);
  const cache = await openRestartCache(config, deps);
  for (const workspace of config.workspaces)
    for (const source of SOURCES) {
      const plan = source.plan(workspace);
      // It throws when the schedule never fires.
      if (plan) makeTimetable(plan, { workspace, people: config.people }, source.name);
    }
  return (settings, before) => prepareWorkspace(settings, { cache, makeTimetable, clock: deps.clock }, before);
}

/** Prepares each workspace, in the order of the configuration. */
async function prepareAll(config: Config, deps: ExporterDeps): Promise<PreparedWorkspace[]> {
  const { workspaces, people } = config;
  const prepare = await preparing(config, deps);
  const prepared: PreparedWorkspace[] = [];
  // One after the other: each may hold megabytes while it is read.
  for (const workspace of workspaces) prepared.push(await prepare({ workspace, people }));
  return prepared;
}

async function openWebConfig({ web }: Config, { selfMetrics }: Parts, deps: ExporterDeps): Promise<WebConfig> {
  const webConfig = new WebConfig({ ...deps, onRead: selfMetrics.webConfigRead });
  if (web.configFile !== undefined) await webConfig.open(web.configFile);
  return webConfig;
}

/** The pages that the build has made, next to the program. */
const DOCUMENTS = new URL("documents.json", import.meta.url);

function appOf({ web, isDemo }: Config, reload: Reload, parts: Parts, deps: ExporterDeps): RequestListener {
  const documents = createDocumentLoader(() => readFile(fileURLToPath(DOCUMENTS), deps.files));
  const settings = { ...web, isDemo, reload: web.isLifecycleEnabled ? reload : undefined };
  return createApp(settings, { ...parts, ...deps, documents });
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

/** Listens on every address, or on none. */
async function listenAll(
  { web }: Config,
  webConfig: WebConfig,
  app: RequestListener,
  limits: ServerLimits,
): Promise<RunningServer[]> {
  const listener = webConfig.guard(app);
  const options = { tls: webConfig.tls, limits };
  const results = await Promise.allSettled(web.listenAddresses.map((address) => listen(listener, address, options)));
  const servers = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (!failed) return servers;
  webConfig.close();
  await Promise.all(servers.map((server) => server.close()));
  throw failed.reason;
}

/** Makes everything that polls and what it fills. Nothing runs yet. */
async function assemble(
  config: Config,
  deps: ExporterDeps,
): Promise<Parts & { readonly change: RunningWorkspaces["change"]; readonly workspaces: RunningWorkspaces }> {
  let inUse = config;
  const prepared = await prepareAll(config, deps);
  const states = prepared.map(({ state }) => state);
  const parts: Parts = {
    store: await createSnapshotStore(states, deps.clock),
    selfMetrics: createSelfMetrics({ ...deps, isDemo: config.isDemo, shard: config.shard, version: VERSION }),
    laneFor: createLanes(() => inUse.requests, deps.clock),
    journal: new PollJournal(),
    dispatcher: createDispatcher(deps.env),
  };
  const running = { ...parts, clock: deps.clock, preparing: (changed: Config) => preparing(changed, deps) };
  const workspaces = new RunningWorkspaces(prepared, { ...running, createPoller: pollerMaker(parts, deps) });
  const change = async (changed: Config) => {
    const changes = await workspaces.change(changed);
    inUse = changed;
    return changes;
  };
  return { ...parts, workspaces, change };
}

/**
 * Wires everything together and starts it: the server first, so that health checks work during the first poll.
 * @throws ConfigError when an address cannot be listened on, the web configuration cannot be used or a directory is not
 * writable; nothing is left running then
 */
export async function startExporter(config: Config, deps: ExporterDeps): Promise<Exporter> {
  const { workspaces, ...parts } = await assemble(config, deps);
  const reload = createReload({ ...deps, ...parts });
  const webConfig = await openWebConfig(config, parts, deps);
  const app = appOf(config, reload, parts, deps);
  const servers = await listenAll(config, webConfig, app, await serverLimits(config, deps));
  noteLoaded(config, { ...parts, ...deps });
  workspaces.start();
  const stop = async () => {
    webConfig.close();
    // At the same time: a supervisor waits only so long for all of it, and responses may need that time.
    await Promise.all([workspaces.stop(), ...servers.map((server) => server.close())]);
    await parts.dispatcher.destroy();
  };
  return { urls: servers.map(({ url }) => url), reload, stop };
}
