import { systemClock } from "../src/clock.ts";
import { effectiveConfig } from "../src/config/effective.ts";
import { readAll } from "../src/config/load.ts";
import { createSnapshotStore } from "../src/exposition/store.ts";
import { limitHeapGrowth } from "../src/heap-growth.ts";
import { createApp } from "../src/http/app.ts";
import { listen } from "../src/http/server.ts";
import { PollJournal } from "../src/poller/journal.ts";
import { pollOnce } from "../src/poller/once.ts";
import { createClient } from "../src/roboflow/client.ts";
import { createDispatcher } from "../src/roboflow/dispatcher.ts";
import { createSelfMetrics } from "../src/self/recorder.ts";
import { insights } from "../src/sources/insights/insights.ts";
import { WINDOWS } from "./sizes.ts";
import { measurePublishing, memoryAtRest, report } from "./subject.ts";
import { askForHeaders } from "./waits.ts";

// Many workspaces, of which one is polled: `subject-workspaces.js '{"api":"http://...","count":500}'`.
const POLLS = 100;
const nothing = () => undefined;
const { api, count } = JSON.parse(process.argv[2] ?? "") as { api: string; count: number };

// As src/main.ts does.
limitHeapGrowth();

const loaded = readAll({
  env: { ROBOFLOW_API_KEY: "bench-key", ROBOFLOW_WORKSPACE: "bench", ROBOFLOW_API_URL: api },
  flags: { configFile: "bench.yaml", listenAddresses: ["127.0.0.1:0"] },
  readFile: () => JSON.stringify({ windows: WINDOWS }),
  isCronExpression: () => true,
  knownMetrics: [],
});
const { config } = loaded;

/** The only workspace of the configuration. */
function onlyWorkspace() {
  const [workspace] = config.workspaces;
  if (!workspace) throw new Error("no workspace");
  return workspace;
}

const workspace = onlyWorkspace();

const logger = { debug: nothing, info: nothing, warn: nothing, error: console.error };
const deps = { clock: systemClock, random: Math.random, redact: (text: string) => text, logger };
const observer = { onRequest: nothing, onRetry: nothing };
const ask = createClient(
  { ...workspace.api, apiKey: workspace.apiKey },
  { ...deps, dispatcher: createDispatcher({}), observer },
);

async function stateOf(name: string) {
  const settings = { workspace: { ...workspace, name }, people: config.people };
  const { state } = await pollOnce(settings, { ...deps, ask, stop: new AbortController().signal });
  return state;
}

const names = Array.from({ length: count }, (_, index) => `workspace-${String(index).padStart(3, "0")}`);
const states = [];
for (const name of names) states.push(await stateOf(name));
const [store, selfMetrics] = [
  await createSnapshotStore(states, systemClock),
  createSelfMetrics({ version: "bench", revision: "bench", nodeVersion: process.version }),
];
const recorders = names.map((name) => selfMetrics.forWorkspace(name, [insights]).forSource("insights"));
const publishing = await measurePublishing(POLLS, async () => {
  await store.places[0]?.publish(await stateOf(names[0] ?? ""));
});

const pages = { effectiveConfig: () => effectiveConfig(loaded), documents: () => Promise.resolve(undefined) };
const { url } = await listen(
  createApp(config.web, { ...deps, ...pages, store, selfMetrics, journal: new PollJournal() }),
  {
    host: "127.0.0.1",
    port: 0,
  },
);
const port = Number(new URL(url).port);
// A scrape after a poll: what was counted of one workspace is not what the scrape before had.
const scraping = await measurePublishing(POLLS, async () => {
  recorders[0]?.pollEnded(1, undefined);
  await askForHeaders(port);
});
report({ port, ...publishing, scrapeCpuMs: scraping.publishCpuMs, ...(await memoryAtRest()) });
