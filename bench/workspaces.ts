import { systemClock } from "../src/clock.ts";
import { loadConfig } from "../src/config/load.ts";
import { createSnapshotStore } from "../src/exposition/store.ts";
import { limitHeapGrowth } from "../src/heap-growth.ts";
import { pollOnce } from "../src/poller/once.ts";
import { createClient } from "../src/roboflow/client.ts";
import { createDispatcher } from "../src/roboflow/dispatcher.ts";
import { WINDOWS, statsAnswer } from "./sizes.ts";
import { measurePublishing, memoryAtRest, serveBare } from "./subject.ts";

/** 12 row metrics in 4 windows of so many pairs are 2,016 series. */
const ANSWER = statsAnswer({ projects: 6, labelers: 7 });
const COUNTS = [1, 10, 100, 500] as const;
const POLLS = 20;
const nothing = () => undefined;

limitHeapGrowth();
const port = await serveBare((_request, response) => {
  response.setHeader("Content-Type", "application/json");
  response.end(ANSWER);
});
const config = loadConfig({
  env: {
    ROBOFLOW_API_KEY: "bench-key",
    ROBOFLOW_WORKSPACE: "bench",
    ROBOFLOW_API_URL: `http://127.0.0.1:${String(port)}`,
  },
  flags: { configFile: "bench.yaml" },
  readFile: () => JSON.stringify({ windows: WINDOWS }),
  isCronExpression: () => true,
  knownMetrics: [],
});
/** The only workspace of the configuration. */
function onlyWorkspace() {
  const [workspace] = config.workspaces;
  if (!workspace) throw new Error("no workspace");
  return workspace;
}

const workspace = onlyWorkspace();
const redact = (text: string) => text;
const deps = { clock: systemClock, random: Math.random, redact, logger: console };
const observer = { onRequest: nothing, onRetry: nothing };
const ask = createClient(
  { ...workspace.api, apiKey: workspace.apiKey },
  { ...deps, dispatcher: createDispatcher({}), observer },
);

async function stateOf(name: string) {
  const settings = { workspace: { ...workspace, name }, people: config.people };
  const { state } = await pollOnce(settings, { ask, redact, clock: systemClock, stop: new AbortController().signal });
  return state;
}

/** What one poll of the first of so many workspaces costs, from its request to the snapshot that shows it. */
async function measure(count: number) {
  const names = Array.from({ length: count }, (_, index) => `workspace-${String(index).padStart(3, "0")}`);
  const states = [];
  for (const name of names) states.push(await stateOf(name));
  const store = await createSnapshotStore(states, systemClock);
  const measured = await measurePublishing(POLLS, async () => {
    await store.places[0]?.publish(await stateOf(names[0] ?? ""));
  });
  return { count, ...measured, ...(await memoryAtRest()) };
}

const results = [];
for (const count of COUNTS) results.push(await measure(count));
const [alone] = results;
console.log("workspaces  CPU ms a poll  of alone  stall ms  RSS MB");
for (const { count, publishCpuMs, longestStallMs, rssMb } of results) {
  const cells = [
    publishCpuMs.toFixed(1),
    (publishCpuMs / (alone?.publishCpuMs ?? NaN)).toFixed(2),
    longestStallMs.toFixed(1),
  ];
  console.log([String(count).padStart(10), ...[...cells, rssMb.toFixed(0)].map((cell) => cell.padStart(9))].join("  "));
}
process.exit(0);
