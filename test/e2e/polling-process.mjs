// The built exporter in a process of its own, polling whenever its parent says so: as fast as the API answers, which no
// configured interval allows. Reports its memory after every poll.
import files from "node:fs/promises";
import { createClient } from "../../dist/roboflow/client.js";
import { createDispatcher } from "../../dist/roboflow/dispatcher.js";
import { createLanes } from "../../dist/roboflow/lane.js";
import { Moment, systemClock } from "../../dist/clock.js";
import { loadConfig } from "../../dist/config/load.js";
import { limitHeapGrowth } from "../../dist/heap-growth.js";
import { createApp } from "../../dist/http/app.js";
import { listen } from "../../dist/http/server.js";
import { createSelfMetrics } from "../../dist/self/recorder.js";
import { PollJournal } from "../../dist/poller/journal.js";
import { prepareWorkspace } from "../../dist/poller/prepare.js";
import { createWorkspacePoller } from "../../dist/poller/workspace.js";
import { openRestartCache } from "../../dist/storage/restart-cache.js";
import { fittedOf } from "../../dist/exposition/published.js";
import { createSnapshotStore } from "../../dist/exposition/store.js";

// As src/main.ts does.
limitHeapGrowth();

const [url, name, key] = process.argv.slice(2);
// The parent's clock, told with every poll, so that the exporter asks for the days the simulator is in.
let nowMs = Number(process.argv[5]);
const clock = { ...systemClock, now: () => nowMs, moment: () => new Moment(nowMs, performance.now()) };
const nothing = () => undefined;
const config = loadConfig({
  env: { ROBOFLOW_API_URL: url, ROBOFLOW_WORKSPACE: name, ROBOFLOW_API_KEY: key },
  flags: { configFile: "soak", listenAddresses: ["127.0.0.1:0"] },
  readFile: () => "poll: {jitter: 0s}",
  isCronExpression: () => true,
  knownMetrics: [],
});
const workspace = config.workspaces[0];
const timetable = {
  start: (onTick) => (timetable.tick = onTick),
  stop: nothing,
  nextRunMs: nothing,
  spacingAt: () => ({ gapMs: 900_000, thirdMs: 2_700_000 }),
  longestGapMs: () => 900_000,
};
/** A bug in a poll would not end it, and what it holds in memory then says nothing. */
const giveUp = (...words) => {
  console.error(...words);
  process.exit(1);
};
const logger = { debug: nothing, info: nothing, warn: console.error, error: giveUp };
const selfMetrics = createSelfMetrics({ version: "soak", revision: "soak", nodeVersion: process.version });
const deps = { clock, random: Math.random, redact: (text) => text, logger };
const makeTimetable = () => timetable;
const cache = await openRestartCache(config, { files, clock, logger });
const prepared = await prepareWorkspace({ workspace, people: config.people }, { cache, makeTimetable, clock });
const store = await createSnapshotStore([prepared.state], clock);
const dispatcher = createDispatcher({});
const poller = createWorkspacePoller(prepared, {
  ...deps,
  place: store.places[0],
  makeTimetable,
  recorderFor: selfMetrics.forWorkspace,
  laneFor: createLanes(() => config.requests, clock),
  journal: new PollJournal(),
  askFor: ({ requested, retried }) =>
    createClient(
      { ...workspace.api, apiKey: workspace.apiKey },
      { ...deps, dispatcher, observer: { onRequest: requested, onRetry: retried } },
    ),
  onGoodPoll: () => {
    setImmediate(() => {
      const [state] = store.states();
      const series = fittedOf(state, clock.moment()).get("insights")?.series;
      process.send({ rss: process.memoryUsage.rss(), series });
    });
  },
});
const server = await listen(createApp(config.web, { ...deps, store, selfMetrics }), { host: "127.0.0.1", port: 0 });
process.on("message", (toldMs) => {
  nowMs = toldMs;
  timetable.tick({ runMs: nowMs, lateMs: 0, isEarly: false });
});
process.send({ url: `${server.url}/metrics` });
poller.start();
