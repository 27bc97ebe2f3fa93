import { once } from "node:events";
import { readFileSync } from "node:fs";
import files from "node:fs/promises";
import { type Server, createServer } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../src/clock.ts";
import type { Config, WorkspaceConfig } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { type Exporter, type ExporterDeps, startExporter } from "../../src/exporter.ts";
import { type Logger, createLogger } from "../../src/logger/logger.ts";
import { textOf } from "../../src/exposition/chunk.ts";
import { DATA_METRICS } from "../../src/exposition/catalogue.ts";
import { type SelfMetrics, createSelfMetrics } from "../../src/self/recorder.ts";
import type { WorkspaceRecorder } from "../../src/self/workspace-series.ts";
import type { WorkspaceState } from "../../src/exposition/workspace-state.ts";
import { type Place, type SnapshotStore, createSnapshotStore } from "../../src/exposition/store.ts";
import { PollJournal } from "../../src/poller/journal.ts";
import type { Poller } from "../../src/poller/loop.ts";
import { type MakeTimetable, prepareWorkspace } from "../../src/poller/prepare.ts";
import { createWorkspacePoller } from "../../src/poller/workspace.ts";
import type { Ask } from "../../src/roboflow/client.ts";
import { type Lane, type LaneFor, createLane } from "../../src/roboflow/lane.ts";
import { SOURCES } from "../../src/sources/sources.ts";
import { openRestartCache } from "../../src/storage/restart-cache.ts";
import { type OnTick, type Timetable, isCronExpression } from "../../src/poller/timetable.ts";
import { createRedactor } from "../../src/redact.ts";
import { type ParsedFamily, parseExposition } from "./exposition.ts";
import { selfText } from "./self-text.ts";

const HMAC_KEY = "a-secret-of-hashes-0123456789";
const KEY = "rf_S3cretKeyOfTheTests";

type Document = Readonly<Record<string, unknown>>;

/**
 * A configuration from what would stand in the file; the file `/hmac` holds a key, others are real. First polls are not
 * spread, unless configured.
 */
export function configFrom(document: Document, flags: Readonly<Record<string, unknown>> = {}): Config {
  const poll = { startup_spread: "0s", ...(document["poll"] as Document | undefined) };
  const text = JSON.stringify({ ...document, poll });
  const made: Readonly<Record<string, string>> = { "/hmac": HMAC_KEY, "/config.yml": text };
  return loadConfig({
    env: {},
    flags: { configFile: "/config.yml", listenAddresses: ["127.0.0.1:0"], ...flags },
    readFile: (path) => made[path] ?? readFileSync(path, "utf8"),
    isCronExpression,
    knownMetrics: DATA_METRICS.map(({ name }) => name),
  });
}

/** A workspace's configuration with a key, without retries and jitter, unless configured. */
export function workspaceFrom(settings: Document = {}, top: Document = {}): WorkspaceConfig {
  const api = { retries: 0, ...(settings["api"] as Document | undefined) };
  const poll = { jitter: "0s", ...(settings["poll"] as Document | undefined) };
  const workspace = { name: "acme", api_key: KEY, ...settings, api, poll };
  const [config] = configFrom({ ...top, workspaces: [workspace] }).workspaces;
  if (!config) throw new Error("no workspace");
  return config;
}

/** One line of the log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

/** A real logger whose lines are kept. `onLine` is reported of each. */
export function createLogCapture(onLine: (line: LogLine) => void = () => undefined) {
  const lines: LogLine[] = [];
  const write = (text: string) => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    onLine(line);
  };
  const logger: Logger = createLogger({ level: "debug", format: "json" }, { write }, (text) => text);
  return { lines, logger };
}

/** The timetable of an interval that ticks when the test says so. */
export class HandTimetable implements Timetable {
  readonly #gapMs: number;
  next: number | undefined;
  isStopped = false;
  #onTick: OnTick | undefined;

  constructor(intervalSeconds = 900) {
    this.#gapMs = intervalSeconds * 1000;
  }

  readonly start = (onTick: OnTick): void => {
    this.isStopped = false;
    this.#onTick = onTick;
  };
  readonly stop = (): void => {
    this.isStopped = true;
  };
  readonly nextRunMs = (): number | undefined => this.next;
  readonly spacingAt = () => ({ gapMs: this.#gapMs, thirdMs: 3 * this.#gapMs });
  readonly longestGapMs = () => this.#gapMs;

  tick(isEarly = false, lateMs = 0): void {
    this.#onTick?.({ runMs: this.next ?? 0, lateMs, isEarly });
  }
}

/** What the pages need of an app, where a test is about something else. */
export function noPages() {
  const effectiveConfig = () => ({ flags: [], common: [], workspaces: [] });
  const documents = () => Promise.resolve(undefined);
  return { journal: new PollJournal(), effectiveConfig, documents, redact: (text: string) => text };
}

const BUILD = { version: "1.2.3", revision: "abc", nodeVersion: "v20" };

/** The rig on which a workspace is polled: everything real but the clock, the timetables and the client. */
export interface Rig {
  readonly poller: Poller;
  /** By the source's name. */
  readonly timetables: Readonly<Record<string, HandTimetable>>;
  /** That of the first source. */
  readonly timetable: HandTimetable;
  /** What was published, one after the other. */
  readonly states: readonly WorkspaceState[];
  readonly lines: readonly LogLine[];
  readonly selfMetrics: SelfMetrics;
  readonly store: SnapshotStore;
  readonly journal: PollJournal;
  /** Starts the poller and waits for the end of the first poll of the first source. */
  readonly start: () => Promise<void>;
  /** Ticks and waits for the end of the poll. */
  readonly poll: (source?: string) => Promise<void>;
  /** Resolves after the next end of a poll of the source. */
  readonly polled: (source?: string) => Promise<void>;
  /** What would be scraped now. */
  readonly families: () => Promise<Map<string, ParsedFamily>>;
}

export interface RigOptions {
  readonly clock: Clock;
  readonly client?: Ask;
  /** Makes the client where it is to report its requests. */
  readonly askFor?: (recorder: WorkspaceRecorder, lane: Lane) => Ask;
  /** Gives the lane in which its requests wait; by default they do not. */
  readonly laneFor?: LaneFor;
  readonly people?: Config["people"];
  readonly intervalSeconds?: number;
  readonly random?: () => number;
  readonly onGoodPoll?: () => void;
  /** What stands in for the workspace's place in the store. */
  readonly place?: (place: Place) => Place;
}

const PEOPLE = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map<string, string>() };
const POLL_END = /^(?:poll (?:succeeded|failed)$|the endpoint is gone)/;
const FIRST = SOURCES[0]?.name ?? "";

/** Keeps what is published. */
function keeping(place: Place, states: WorkspaceState[]): Place {
  const kept =
    <A extends unknown[]>(publish: (...args: A) => Promise<void>) =>
    async (...args: A) => {
      const published = publish(...args);
      states.push(place.state());
      await published;
    };
  return { ...place, publish: kept(place.publish), publishSource: kept(place.publishSource) };
}

const unasked: Ask = () => Promise.reject(new Error("no client was given"));

/** Puts a workspace on the rig. */
export async function createRig(workspace: WorkspaceConfig, given: RigOptions): Promise<Rig> {
  const { clock, client = unasked, people = PEOPLE, intervalSeconds } = given;
  const { random = () => 0, onGoodPoll = () => undefined, askFor = () => client } = given;
  const waiting = new Map<string, () => void>();
  const { lines, logger } = createLogCapture(({ msg, source }) => {
    if (POLL_END.test(msg)) waiting.get(typeof source === "string" ? source : FIRST)?.();
  });
  const timetables = Object.fromEntries(
    SOURCES.map(({ name, plan }) => {
      const schedule = plan(workspace)?.schedule;
      const seconds = schedule?.kind === "interval" ? schedule.seconds : undefined;
      return [name, new HandTimetable(name === FIRST ? intervalSeconds : seconds)];
    }),
  );
  const timetableOf = (source: string) => timetables[source] ?? new HandTimetable();
  const makeTimetable: MakeTimetable = (_plan, _settings, source) => timetableOf(source);
  const cache = await openRestartCache(
    { ...configFrom({ workspaces: [{ name: "acme", api_key: KEY }] }), people },
    { files, clock, logger },
  );
  const prepared = await prepareWorkspace({ workspace, people }, { cache, makeTimetable, clock });
  const store = await createSnapshotStore([prepared.state], clock);
  const selfMetrics = createSelfMetrics(BUILD);
  const states: WorkspaceState[] = [];
  const [own] = store.places;
  if (!own) throw new Error("no place");
  const journal = new PollJournal();
  const poller = createWorkspacePoller(prepared, {
    ...{ journal, makeTimetable, clock, random, logger, onGoodPoll },
    place: keeping(given.place?.(own) ?? own, states),
    recorderFor: selfMetrics.forWorkspace,
    askFor,
    laneFor: given.laneFor ?? (() => createLane(() => Promise.resolve(() => undefined), clock)),
    redact: (text) => text,
  });
  // The line is written as the poll's last act; a turn later the poller is free for the next tick.
  const polled = async (source = FIRST) => {
    await new Promise<void>((resolve) => waiting.set(source, resolve));
    await nextTurn();
  };
  const after = async (source: string, act: () => void) => {
    const end = polled(source);
    act();
    await end;
  };
  return {
    ...{ poller, timetables, timetable: timetableOf(FIRST), states, lines, selfMetrics, store, journal, polled },
    start: () => after(FIRST, poller.start.bind(poller)),
    poll: (source = FIRST) => after(source, timetableOf(source).tick.bind(timetableOf(source))),
    families: async () => {
      const body = await store.current();
      const self = await selfText(selfMetrics, "text");
      return parseExposition(textOf(body) + self);
    },
  };
}

/** A scripted API: answers every request with what `answer` gives, status 200 unless configured. */
export interface ScriptedApi {
  readonly url: string;
  readonly requests: readonly URL[];
  readonly close: () => Promise<void>;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json: unknown;
}

/** Starts a real server whose answers are scripted. */
export async function startScriptedApi(
  answer: (url: URL) => ScriptedAnswer | Promise<ScriptedAnswer>,
): Promise<ScriptedApi> {
  const requests: URL[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://api");
    requests.push(url);
    void Promise.resolve(answer(url)).then(({ status = 200, headers = {}, json }) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(json));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${portOf(server)}`, requests, close: () => closeServer(server) };
}

/** The port a server listens on. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** A whole exporter, with its log. */
export interface Harness {
  readonly exporter: Exporter;
  readonly url: string;
  readonly lines: readonly LogLine[];
  /** Resolves when the given number of polls of the first source have ended since the start. */
  readonly polls: (count: number) => Promise<void>;
  /** Resolves when a line with such a message has been logged since the start, `count` times, of one source if it is given. */
  readonly logged: (message: RegExp, count?: number, source?: string) => Promise<void>;
}

/** What the test passes in: always the clock, so that no test takes its own day as fixed and the exporter's as the real one. */
export type HarnessDeps = Pick<ExporterDeps, "clock"> & Partial<ExporterDeps>;

/** Starts a whole exporter on a configuration; `deps` replaces what the program passes in. */
export async function startHarness(config: Config, deps: HarnessDeps): Promise<Harness> {
  const waiting = new Set<() => void>();
  const { lines, logger } = createLogCapture(() => {
    for (const check of waiting) check();
  });
  const exporter = await startExporter(config, {
    files,
    random: () => 0,
    logger,
    redact: createRedactor([]),
    env: {},
    revision: "abc",
    nodeVersion: "v20",
    lostLogLines: () => 0,
    readConfig: () => config,
    onLoaded: () => undefined,
    effectiveConfig: noPages().effectiveConfig,
    ...deps,
  });
  const logged = async (message: RegExp, count = 1, source?: string) => {
    const isMeant = (line: LogLine) =>
      message.test(line.msg) && (line["source"] ?? source) === (source ?? line["source"]);
    await new Promise<void>((resolve) => {
      const check = () => {
        if (lines.filter(isMeant).length >= count) resolve();
      };
      waiting.add(check);
      check();
    });
    await nextTurn();
  };
  const polls = (count: number) => logged(/^poll (succeeded|failed)$/, count, FIRST);
  return { exporter, url: exporter.urls[0] ?? "", lines, polls, logged };
}

/** Scrapes in the text format and reads it. */
export async function scrape(url: string): Promise<Map<string, ParsedFamily>> {
  const response = await fetch(`${url}/metrics`);
  return parseExposition(await response.text());
}
