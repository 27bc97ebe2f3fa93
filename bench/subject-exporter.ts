import files from "node:fs/promises";
import { createClient } from "../src/roboflow/client.ts";
import { createDispatcher } from "../src/roboflow/dispatcher.ts";
import { createLanes } from "../src/roboflow/lane.ts";
import { systemClock } from "../src/clock.ts";
import { effectiveConfig } from "../src/config/effective.ts";
import { readAll } from "../src/config/load.ts";
import { limitHeapGrowth } from "../src/heap-growth.ts";
import { createApp } from "../src/http/app.ts";
import { listen } from "../src/http/server.ts";
import { createSelfMetrics } from "../src/self/recorder.ts";
import { PollJournal } from "../src/poller/journal.ts";
import { prepareWorkspace } from "../src/poller/prepare.ts";
import { createWorkspacePoller } from "../src/poller/workspace.ts";
import { openRestartCache } from "../src/storage/restart-cache.ts";
import type { OnTick, Timetable } from "../src/poller/timetable.ts";
import { createSnapshotStore } from "../src/exposition/store.ts";
import { WINDOWS } from "./sizes.ts";
import { measurePublishing, memoryAtRest, report } from "./subject.ts";

const POLLS = 5;
const INTERVAL_MS = 900_000;
const api = process.argv[2] ?? "";
const nothing = () => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: console.error };

// As src/main.ts does.
limitHeapGrowth();

const loaded = readAll({
  env: { ROBOFLOW_API_KEY: "bench-key", ROBOFLOW_WORKSPACE: "bench", ROBOFLOW_API_URL: api },
  flags: { configFile: "bench.yaml", listenAddresses: ["127.0.0.1:0"] },
  readFile: () => JSON.stringify({ limits: { series: 1_000_000 }, poll: { jitter: "0s" }, windows: WINDOWS }),
  isCronExpression: () => true,
  knownMetrics: [],
});
const { config } = loaded;
const workspace = config.workspaces[0];
if (!workspace) throw new Error("no workspace");

// The poller as it is in the product; only the timetable is in our hand, so that polls follow each other.
let tick: OnTick = nothing;
let published: () => void = nothing;
const timetable: Timetable = {
  start: (onTick) => (tick = onTick),
  stop: nothing,
  nextRunMs: nothing,
  spacingAt: () => ({ gapMs: INTERVAL_MS, thirdMs: 3 * INTERVAL_MS }),
  longestGapMs: () => INTERVAL_MS,
};
const settings = { workspace, people: config.people };
const makeTimetable = () => timetable;
const cache = await openRestartCache(config, { files, clock: systemClock, logger });
const prepared = await prepareWorkspace(settings, { cache, makeTimetable, clock: systemClock });
const store = await createSnapshotStore([prepared.state], systemClock);
const selfMetrics = createSelfMetrics({ version: "bench", revision: "bench", nodeVersion: process.version });
const observer = { onRequest: nothing, onRetry: nothing };
const deps = { clock: systemClock, random: Math.random, redact: (text: string) => text, logger };
const ask = createClient(
  { ...workspace.api, apiKey: workspace.apiKey },
  { ...deps, dispatcher: createDispatcher({}), observer },
);
const [place] = store.places;
if (!place) throw new Error("no place");
const journal = new PollJournal();
const pages = { effectiveConfig: () => effectiveConfig(loaded), documents: () => Promise.resolve(undefined) };
const poller = createWorkspacePoller(prepared, {
  ...{ ...deps, place, makeTimetable, journal, laneFor: createLanes(() => config.requests, systemClock) },
  recorderFor: selfMetrics.forWorkspace,
  askFor: () => ask,
  onGoodPoll: () => {
    setImmediate(() => {
      published();
    });
  },
});

const server = await listen(createApp(config.web, { ...deps, ...pages, store, selfMetrics, journal }), {
  host: "127.0.0.1",
  port: 0,
});
const port = Number(new URL(server.url).port);
report({ port });

const nextPublication = () => new Promise<void>((resolve) => (published = resolve));
const first = nextPublication();
poller.start();
await first;
const publishing = await measurePublishing(POLLS, async () => {
  const publication = nextPublication();
  tick({ runMs: Date.now(), lateMs: 0, isEarly: false });
  await publication;
});
report({ port, ...publishing, ...(await memoryAtRest()) });
